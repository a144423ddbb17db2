import type { Attributes } from "../schema/declaration.ts";
import type { Known } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { addError, type Engine, requireClient } from "./engine.ts";
import { withAllKeys } from "./nested.ts";
import type { Resource } from "./resource/definition.ts";

/** One resource found by a list. */
export interface ListResult {
  readonly identity: Record<string, string>;
  readonly displayName: string;
  /** The resource as after a read; required only if `includeResource` is set. */
  readonly state?: Partial<ValueObject>;
}

interface Context<Client> {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Whether the results include `state`. */
  readonly includeResource: boolean;
}

/** Defines how to find existing resources of one type. */
export interface ListDefinition<A extends Attributes, Client> {
  readonly doc: string;
  /** Filters. */
  readonly schema: A;
  validate?(context: ValidateContext<A>): void;
  /** Yields the results; the engine stops at the limit. */
  list(context: Context<Client> & { readonly config: Known<A> }): AsyncIterable<ListResult>;
}

export interface ListResource<Client> {
  /** The type of the listed resources. */
  readonly type: string;
  readonly definition: Configurable & {
    readonly doc: string;
    list(context: Context<Client> & { readonly config: ValueObject }): AsyncIterable<ListResult>;
  };
}

interface ListRequest {
  readonly config: ValueObject;
  readonly includeResource: boolean;
  /** Maximum number of results. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** A result, or the diagnostics that ended the list. */
export type ListEvent =
  | { readonly result: Omit<ListResult, "state"> & { readonly state: ValueObject | undefined } }
  | { readonly diagnostics: Diagnostics };

/** Implements ListResource: yields results as they are found, up to the limit. An error ends the list with its diagnostics. */
export async function* listResources<Client>(
  engine: Engine<Client>,
  { definition }: ListResource<Client>,
  listed: Resource<Client>,
  { config, includeResource, limit, signal }: ListRequest,
): AsyncGenerator<ListEvent> {
  try {
    const results = definition.list({ config, client: requireClient(engine), signal, includeResource });
    let left = limit;
    if (left <= 0) return;
    for await (const result of results) {
      const isWhole = includeResource && result.state !== undefined;
      const state = isWhole ? withAllKeys(listed.definition.schema, result.state) : undefined;
      yield { result: { ...result, state } };
      left -= 1;
      if (left === 0) return;
    }
  } catch (error) {
    const diagnostics = new Diagnostics();
    addError(engine, diagnostics, error);
    yield { diagnostics };
  }
}
