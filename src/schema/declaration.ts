import type { Type } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import type { Check } from "./check.ts";
import type { Facts } from "./describe.ts";

/** How an attribute is set. One mode replaces three booleans, so that an invalid combination cannot be declared. */
export type Mode = "required" | "optional" | "computed" | "optionalComputed" | "writeOnly";

export type Nesting = "single" | "list" | "set" | "map";

/** A kind without nested attributes: its wire type and, as a phantom, its static type. */
export interface PlainKind<T> {
  readonly plain: true;
  readonly wire: Type;
  /** Only whole numbers within the safe range. */
  readonly integer?: boolean;
  /** Never set; carries `T` for the static types. */
  readonly static?: T;
}

/** A kind with nested attributes, as a single object or a collection. */
export interface NestedKind<N extends Nesting, A extends Attributes> {
  readonly plain: false;
  readonly nesting: N;
  readonly attributes: A;
}

export type Kind = PlainKind<unknown> | NestedKind<Nesting, Attributes>;

export interface Attribute<M extends Mode = Mode, K extends Kind = Kind> {
  readonly mode: M;
  readonly kind: K;
  /** The whole description, with a sentence for each of the facts. */
  readonly doc: string;
  readonly facts: Facts;
  readonly sensitive: boolean;
  readonly deprecated: string | undefined;
  readonly check: Check<never> | undefined;
  readonly requiresReplace: boolean;
  readonly semanticEquals: ((a: never, b: never) => boolean) | undefined;
  readonly default: Value;
  readonly notNull: boolean;
  readonly pinned: boolean;
  readonly absentUntilSet: boolean;
  readonly providerOnly: boolean;
}

export type Attributes = Readonly<Record<string, Attribute>>;
