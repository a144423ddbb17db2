import type { Log } from "../base/log.ts";
import type { Attributes } from "../schema/declaration.ts";
import type { Config, Known } from "../schema/shape.ts";
import { containsUnknown } from "../values/equal.ts";
import type { ValueObject } from "../values/value.ts";
import type { Action } from "./action.ts";
import { checkAttributes } from "./check-config.ts";
import type { DataSource } from "./data-source.ts";
import { type Diagnostic, Diagnostics } from "./diagnostic.ts";
import { type Engine, guarded } from "./engine.ts";
import type { EphemeralResource } from "./ephemeral.ts";
import type { ProviderFunction } from "./function.ts";
import type { ListResource } from "./list.ts";
import type { Resource } from "./resource/definition.ts";

/** All parts of a provider, by kind. */
export interface ProviderParts<Client> {
  readonly resources: readonly Resource<Client>[];
  readonly dataSources: readonly DataSource<Client>[];
  readonly ephemeralResources: readonly EphemeralResource<Client>[];
  readonly functions: readonly ProviderFunction[];
  readonly listResources: readonly ListResource<Client>[];
  readonly actions: readonly Action<Client>[];
}

/** What the construction of a client receives. */
export interface ConfigureContext {
  readonly log: Log;
  readonly diagnostics: Diagnostics;
  /** The graph walks that this client will serve. */
  readonly walks: Walks;
}

/**
 * A graph walk is one plan, apply or query. Terraform configures a provider for one walk. `terraform test` of newer versions (1.15)
 * configures it once for several: plan, apply and destroy of every run of a file.
 */
export type Walks = "one" | "several";

/** A provider: its configuration, the construction of its client, and its parts. */
export interface ProviderDefinition<A extends Attributes, Client> extends Partial<ProviderParts<Client>> {
  readonly doc: string;
  readonly schema: A;
  /** Attributes that the client does not need to connect: `configure` receives them although they are unknown. */
  readonly mayBeUnknown?: readonly (keyof A & string)[];
  validate?(context: { readonly config: Config<A>; readonly diagnostics: Diagnostics }): void;
  /** Called with a configuration that is known apart from `mayBeUnknown`; must not connect. Throws DiagnosticError. */
  configure(config: Known<A>, context: ConfigureContext): Promise<Client>;
  close(client: Client): Promise<void>;
  /** Returns the diagnostic of an error thrown by a part; undefined for an internal error. */
  explain(error: unknown): Diagnostic | undefined;
}

/** ProviderDefinition with its static types erased. */
export interface ErasedProvider<Client> extends ProviderParts<Client> {
  readonly doc: string;
  readonly schema: Attributes;
  readonly mayBeUnknown?: readonly string[];
  validate?(context: { readonly config: ValueObject; readonly diagnostics: Diagnostics }): void;
  configure(config: ValueObject, context: ConfigureContext): Promise<Client>;
  close(client: Client): Promise<void>;
  explain(error: unknown): Diagnostic | undefined;
}

/** Implements ValidateProviderConfig. */
export async function validateProvider<Client>(
  engine: Engine<Client>,
  provider: ErasedProvider<Client>,
  config: ValueObject,
): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  engine.configurationValidated = true;
  await guarded(engine, diagnostics, () => {
    checkAttributes(provider.schema, config, diagnostics);
    provider.validate?.({ config, diagnostics });
  });
  return diagnostics;
}

/** Implements ConfigureProvider. Unknown values do not fail a plan and open no connection: the provider has no client (design §3.1). */
export async function configureProvider<Client>(
  engine: Engine<Client>,
  provider: ErasedProvider<Client>,
  config: ValueObject,
): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, async () => {
    const before = engine.client;
    engine.client = undefined;
    // Terraform validates the configuration before it configures the provider for a walk; the runs of a test file omit that.
    const walks = engine.configurationValidated ? "one" : "several";
    engine.configurationValidated = false;
    engine.configurationUnknown = Object.entries(config).some(
      ([name, value]) => containsUnknown(value) && !provider.mayBeUnknown?.includes(name),
    );
    if (before !== undefined) await provider.close(before);
    if (engine.configurationUnknown) {
      engine.log("info", "the provider's configuration is unknown: nothing live is read or checked in this plan");
      return;
    }
    engine.client = await provider.configure(config, { log: engine.log, diagnostics, walks });
  });
  return diagnostics;
}
