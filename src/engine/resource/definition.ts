import type { Json } from "../../base/json.ts";
import type { Attributes, PlainKind } from "../../schema/declaration.ts";
import type { Config, Known, Plan, State } from "../../schema/shape.ts";
import type { ValueObject } from "../../values/value.ts";
import type { ValidateContext } from "../check-config.ts";
import type { Diagnostics, Where } from "../diagnostic.ts";

/** What a resource keeps beside its state, invisible to the user: notes about a write in progress, never a secret. */
export type Private = Record<string, Json>;

/** Attributes that identify a resource and never change. Import takes them and needs nothing else. */
export type IdentityAttributes = Readonly<
  Record<string, { readonly kind: PlainKind<string>; readonly doc: string; readonly optional?: boolean }>
>;

export interface PlanContext<A extends Attributes, Client> extends ValidateContext<A> {
  /** Null when the resource is created, also as the second half of a replacement. */
  readonly prior: State<A> | null;
  /** The planned state after defaults, spelling and unknowns; may be changed within Terraform's rules (protocol.md §4.2). */
  readonly plan: Plan<A>;
  /** Absent while the provider's own configuration is unknown: then nothing live can be checked. */
  readonly client: Client | undefined;
  readonly signal: AbortSignal;
  readonly private: Private;
  /** True for the second half of a replacement: the same resource was planned before, with a prior state. */
  readonly replacing: boolean;
  /** Whether the planned state differs from the prior one in what is not `local` (always true on create). */
  readonly changed: boolean;
  requireReplace(path: Where): void;
}

export interface ReadContext<A extends Attributes, Client> {
  readonly state: State<A>;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly private: Private;
  /** True right after an import: only identifying attributes are set, and everything that is there is wanted. */
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
  /** Of the planned state what the configuration sets, and write-only values; null elsewhere. Nothing else may be written. */
  readonly wish: Known<A>;
  /**
   * What the owner had wished before; undefined on create. What equals it in `wish` is not written, what it has and `wish`
   * lacks is given back to the platform.
   */
  readonly former: State<A> | undefined;
  readonly planned: Plan<A>;
  readonly prior: State<A> | null;
  readonly client: Client;
  /** Aborts on StopProvider. */
  readonly signal: AbortSignal;
  /** Milliseconds this operation may take, from `timeouts` or the resource's own default. */
  readonly timeoutMs: number;
  readonly private: Private;
  readonly diagnostics: Diagnostics;
  /** Records the state as soon as the platform accepted the write: whatever fails later, this much is kept. */
  save(state: State<A>): void;
}

export interface RemoveContext<A extends Attributes, Client> {
  readonly state: State<A>;
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly private: Private;
  readonly diagnostics: Diagnostics;
}

export interface PlanRemoveContext<A extends Attributes, Client> {
  readonly state: State<A>;
  readonly client: Client | undefined;
  /** Reaches the destroy: core does not plan it again. */
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
  /** Version of the stored state. Older ones go through `upgrades`. */
  readonly version?: number;
  readonly schema: A;
  readonly identity: IdentityAttributes;
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
  /** `state JSON of version n → state JSON of version n + 1`. */
  readonly upgrades?: Readonly<Record<number, (state: Record<string, Json>) => Record<string, Json>>>;

  /** Checks that concern more than one attribute; the configuration may hold unknowns. */
  validate?(context: ValidateContext<A>): void;
  /** What the platform has where a configuration sets nothing; an absent key is not known. No side effects. */
  defaults?(context: DefaultsContext<A, Client>): Promise<Partial<ValueObject> | undefined>;
  /** Runs after the general plan: live checks, computed values that become unknown, replacements. Repeatable, no side effects. */
  modifyPlan?(context: PlanContext<A, Client>): Promise<void> | void;
  planRemove?(context: PlanRemoveContext<A, Client>): Promise<void> | void;
  /** Undefined when it is certainly gone. */
  read(context: ReadContext<A, Client>): Promise<State<A> | undefined>;
  /** Create and update alike: idempotent, converges to the wish. */
  apply(context: ApplyContext<A, Client>): Promise<State<A>>;
  /** Returns when it is gone. */
  remove(context: RemoveContext<A, Client>): Promise<void>;
  identify(state: State<A>): Record<string, string>;
  /** The state an import starts from; throws DiagnosticError for an id that cannot be one. */
  importState(source: { id: string } | { identity: Record<string, string> }, client: Client): Partial<State<A>>;
  /** Takes over a resource of another type; undefined when it cannot. */
  moveState?(source: MoveSource): Partial<State<A>> | undefined;
}

/** A resource with its static types erased: what the engine works on. */
export interface Resource<Client> {
  readonly type: string;
  readonly definition: ErasedDefinition<Client>;
}

/** The definition as the engine sees it: every state and configuration is a plain `ValueObject`. */
export interface ErasedDefinition<Client> {
  readonly doc: string;
  readonly version?: number;
  readonly schema: Attributes;
  readonly identity: IdentityAttributes;
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
  readonly upgrades?: Readonly<Record<number, (state: Record<string, Json>) => Record<string, Json>>>;
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
  remove(context: Erased<RemoveContext<Attributes, Client>, "state">): Promise<void>;
  identify(state: ValueObject): Record<string, string>;
  importState(source: { id: string } | { identity: Record<string, string> }, client: Client): Partial<ValueObject>;
  moveState?(source: MoveSource): Partial<ValueObject> | undefined;
}

type Erased<T, Present extends keyof T, Nullable extends keyof T = never> = Omit<T, Present | Nullable> & {
  readonly [K in Present]: ValueObject;
} & { readonly [K in Nullable]: ValueObject | null };
