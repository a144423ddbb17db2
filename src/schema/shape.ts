import type { Unknown } from "../values/value.ts";
import type { Attribute, Attributes, Kind, Mode, NestedKind, PlainKind } from "./declaration.ts";

/** During a plan, any part of a value may be unknown. */
type MaybeUnknown<T> =
  | Unknown
  | (T extends readonly (infer E)[]
      ? MaybeUnknown<E>[]
      : T extends string | number | boolean
        ? T
        : T extends Record<string, infer E>
          ? string extends keyof T
            ? Record<string, MaybeUnknown<E>>
            : T
          : T);

type OpenOf<K extends Kind, View extends "config" | "plan"> =
  K extends PlainKind<infer T>
    ? MaybeUnknown<T>
    : K extends NestedKind<"single", infer A>
      ? Open<A, View> | Unknown
      : K extends NestedKind<"list" | "set", infer A>
        ? (Open<A, View> | Unknown)[] | Unknown
        : K extends NestedKind<"map", infer A>
          ? Record<string, Open<A, View> | Unknown> | Unknown
          : never;

type Open<A extends Attributes, View extends "config" | "plan"> = View extends "config" ? Config<A> : Plan<A>;

/** A configuration during a plan: any value may be unknown, any value that is not required may be null. */
export type Config<A extends Attributes> = {
  [N in keyof A]: A[N] extends Attribute<infer M extends Mode, infer K>
    ? M extends "computed"
      ? null
      : M extends "required"
        ? OpenOf<K, "config">
        : OpenOf<K, "config"> | null
    : never;
};

/** A planned state: values unknown in the configuration, and values that only the platform sets, are unknown. */
export type Plan<A extends Attributes> = {
  -readonly [N in keyof A]: A[N] extends Attribute<infer M extends Mode, infer K>
    ? M extends "writeOnly"
      ? null
      : OpenOf<K, "plan"> | null
    : never;
};

/** The static type of a wholly known value of a kind. */
export type KnownOf<K extends Kind, View extends "known" | "state"> =
  K extends PlainKind<infer T>
    ? T
    : K extends NestedKind<"single", infer A>
      ? View extends "known"
        ? Known<A>
        : State<A>
      : K extends NestedKind<"list" | "set", infer A>
        ? (View extends "known" ? Known<A> : State<A>)[]
        : K extends NestedKind<"map", infer A>
          ? Record<string, View extends "known" ? Known<A> : State<A>>
          : never;

/** A configuration during an apply: wholly known. */
export type Known<A extends Attributes> = {
  [N in keyof A]: A[N] extends Attribute<infer M extends Mode, infer K>
    ? M extends "computed"
      ? null
      : M extends "required"
        ? KnownOf<K, "known">
        : KnownOf<K, "known"> | null
    : never;
};

/** A state: wholly known, write-only values null. */
export type State<A extends Attributes> = {
  [N in keyof A]: A[N] extends Attribute<infer M extends Mode, infer K>
    ? M extends "writeOnly"
      ? null
      : M extends "required"
        ? KnownOf<K, "state">
        : KnownOf<K, "state"> | null
    : never;
};
