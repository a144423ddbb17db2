import type { Json } from "../../base/json.ts";
import type { Attributes, PlainKind } from "../../schema/declaration.ts";
import type { Config, Known, Plan, State } from "../../schema/shape.ts";
import type { ValueObject } from "../../values/value.ts";
import type { ValidateContext } from "../check-config.ts";
import type { Diagnostics, Where } from "../diagnostic.ts";

/** Data stored beside the state and not shown to the user: notes about a write in progress, never a secret. */
export type Private = Record<string, Json>;

/** Attributes that identify a resource and never change. Import requires nothing else. */
export type IdentityAttributes = Readonly<
  Record<string, { readonly kind: PlainKind<string>; readonly doc: string; readonly optional?: boolean }>
>;

export interface PlanContext<A extends Attributes, Client> extends ValidateContext<A> {
  /** Null on create, also for the second half of a replacement. */
  readonly prior: State<A> | null;
  /** The planned state after defaults, spelling and unknowns; may be changed within Terraform's rules (protocol.md §4.2). */
  readonly plan: Plan<A>;
  /** Absent while the provider's configuration is unknown; no live check is possible then. */
  readonly client: Client | undefined;
  readonly signal: AbortSignal;
  readonly private: Private;
  /** True for the second half of a replacement: the same resource was already planned with a prior state. */
  readonly replacing: boolean;
  /** Whether the planned state differs from the prior one in an attribute that is not `providerOnly` (always true on create). */
  readonly changed: boolean;
  requireReplace(path: Where): void;
}

export interface ReadContext<A extends Attributes, Client> {
  readonly state: State<A>;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly private: Private;
  /** True directly after an import: only identifying attributes are set, and every attribute is read from the platform. */
  readonly imported: boolean;
  readonly diagnostics: Diagnostics;
}

interface DefaultsContext<A extends Attributes, Client> {
  readonly config: Config<A>;
  readonly prior: State<A> | null;
  readonly client: Client;
  readonly signal: AbortSignal;
}

export interface ApplyContext<A extends Attributes, Client> {
  /** The planned values of configured attributes, and write-only values; null elsewhere. Nothing else may be written. */
  readonly wish: Known<A>;
  /**
   * The desired settings of the last apply; undefined on create. A value equal to the one in `wish` is not written; a value absent from
   * `wish` is reset to the platform's default.
   */
  readonly former: State<A> | undefined;
  readonly planned: Plan<A>;
  readonly prior: State<A> | null;
  readonly client: Client;
  /** Aborts on StopProvider. */
  readonly signal: AbortSignal;
  /** Maximum duration of this operation in milliseconds, from `timeouts` or the resource's default. */
  readonly timeoutMs: number;
  readonly private: Private;
  readonly diagnostics: Diagnostics;
  /** Records the state as soon as the platform has accepted the write; it is kept even if a later step fails. */
  save(state: State<A>): void;
}

export interface RemoveContext<A extends Attributes, Client> {
  readonly state: State<A>;
  /** The desired settings of the last apply; null where it set none, and everywhere after an import without one. */
  readonly former: State<A>;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly private: Private;
  readonly diagnostics: Diagnostics;
}

export interface PlanRemoveContext<A extends Attributes, Client> {
  readonly state: State<A>;
  readonly client: Client | undefined;
  /** Passed to the destroy; core does not plan the destroy again. */
  readonly private: Private;
  readonly diagnostics: Diagnostics;
}

export interface MoveSource {
  readonly providerAddress: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** The other resource's state as JSON. */
  readonly state: Json;
}

export interface ResourceDefinition<A extends Attributes, Client> {
  readonly doc: string;
  /** Version of the stored state. Older versions are converted by `upgrades`. */
  readonly version?: number;
  readonly schema: A;
  readonly identity: IdentityAttributes;
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
  /** `state JSON of version n → state JSON of version n + 1`. */
  readonly upgrades?: Readonly<Record<number, (state: Record<string, Json>) => Record<string, Json>>>;

  /** Attributes that a generated configuration leaves out where another one says the same. */
  readonly alternatives?: Readonly<Partial<Record<keyof A & string, keyof A & string>>>;

  /** Checks across attributes; the configuration may contain unknown values. */
  validate?(context: ValidateContext<A>): void;
  /** Returns the platform's values for attributes that the configuration does not set; an absent key is unknown. No side effects. */
  defaults?(context: DefaultsContext<A, Client>): Promise<Partial<ValueObject> | undefined>;
  /** Runs after the general plan: live checks, computed values that become unknown, replacements. Repeatable, no side effects. */
  modifyPlan?(context: PlanContext<A, Client>): Promise<void> | void;
  planRemove?(context: PlanRemoveContext<A, Client>): Promise<void> | void;
  /** Returns undefined only if the resource is confirmed not to exist. */
  read(context: ReadContext<A, Client>): Promise<State<A> | undefined>;
  /** Creates or updates; idempotent, converges to the desired settings. */
  apply(context: ApplyContext<A, Client>): Promise<State<A>>;
  /** Returns when the resource no longer exists. */
  remove(context: RemoveContext<A, Client>): Promise<void>;
  identify(state: State<A>): Record<string, string>;
  /** Returns the initial state of an import. Throws DiagnosticError for an invalid id. */
  importState(source: { id: string } | { identity: Record<string, string> }, client: Client): Partial<State<A>>;
  /** Returns the initial state of a resource of another type, as `importState` does. Throws DiagnosticError for one that is not supported. */
  moveState?(source: MoveSource): Partial<State<A>>;
}

/** A resource with its static types erased, as used by the engine. */
export interface Resource<Client> {
  readonly type: string;
  readonly definition: ErasedDefinition<Client>;
}

/** ResourceDefinition with its static types erased: every state and configuration is a plain `ValueObject`. */
export interface ErasedDefinition<Client> {
  readonly doc: string;
  readonly version?: number;
  readonly schema: Attributes;
  readonly identity: IdentityAttributes;
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
  readonly upgrades?: Readonly<Record<number, (state: Record<string, Json>) => Record<string, Json>>>;
  readonly alternatives?: Readonly<Record<string, string>>;
  validate?(context: { config: ValueObject; diagnostics: Diagnostics }): void;
  defaults?(
    context: Erased<DefaultsContext<Attributes, Client>, "config", "prior">,
  ): Promise<Partial<ValueObject> | undefined>;
  modifyPlan?(context: Erased<PlanContext<Attributes, Client>, "config" | "plan", "prior">): Promise<void> | void;
  planRemove?(context: Erased<PlanRemoveContext<Attributes, Client>, "state">): Promise<void> | void;
  read(context: Erased<ReadContext<Attributes, Client>, "state">): Promise<ValueObject | undefined>;
  apply(
    context: Omit<Erased<ApplyContext<Attributes, Client>, "wish" | "planned", "prior">, "save" | "former"> & {
      readonly former: ValueObject | undefined;
      save(state: ValueObject): void;
    },
  ): Promise<ValueObject>;
  remove(context: Erased<RemoveContext<Attributes, Client>, "state" | "former">): Promise<void>;
  identify(state: ValueObject): Record<string, string>;
  importState(source: { id: string } | { identity: Record<string, string> }, client: Client): Partial<ValueObject>;
  moveState?(source: MoveSource): Partial<ValueObject>;
}

type Erased<T, Present extends keyof T, Nullable extends keyof T = never> = Omit<T, Present | Nullable> & {
  readonly [K in Present]: ValueObject;
} & { readonly [K in Nullable]: ValueObject | null };
