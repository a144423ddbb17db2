import type { Log } from "../base/log.ts";
import type { Attributes } from "../schema/declaration.ts";
import type { Config, Known } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Diagnostic, Diagnostics } from "./diagnostic.ts";
import type { Resource } from "./resource.ts";

/** What the engine needs to know of a provider: its own configuration, how to get a client from it, and its resources. */
export interface ProviderDefinition<A extends Attributes, Client> {
  readonly doc: string;
  readonly schema: A;
  readonly resources: readonly Resource<Client>[];
  validate?(context: { readonly config: Config<A>; readonly diagnostics: Diagnostics }): void;
  /** Called with a wholly known configuration; must not dial. Throws DiagnosticError. */
  configure(config: Known<A>, context: { readonly log: Log; readonly diagnostics: Diagnostics }): Promise<Client>;
  close(client: Client): Promise<void>;
  /** Turns whatever a resource threw into something to show; undefined for what it does not know. */
  explain(error: unknown): Diagnostic | undefined;
}

export interface ErasedProvider<Client> {
  readonly doc: string;
  readonly schema: Attributes;
  readonly resources: readonly Resource<Client>[];
  validate?(context: { readonly config: ValueObject; readonly diagnostics: Diagnostics }): void;
  configure(config: ValueObject, context: { readonly log: Log; readonly diagnostics: Diagnostics }): Promise<Client>;
  close(client: Client): Promise<void>;
  explain(error: unknown): Diagnostic | undefined;
}

export function provider<Client>() {
  return <const A extends Attributes>(definition: ProviderDefinition<A, Client>): ErasedProvider<Client> =>
    definition as unknown as ErasedProvider<Client>;
}
