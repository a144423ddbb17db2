import { computed, optional, required } from "./attribute.ts";
import type { Attribute, Attributes, Kind, Mode, NestedKind, PlainKind } from "./declaration.ts";

// Attributes of other parts of the provider, derived from those of a resource, so that each is declared once.

type ObservedKind<K extends Kind> =
  K extends PlainKind<infer T>
    ? PlainKind<T>
    : K extends NestedKind<infer N, infer A>
      ? NestedKind<N, Observed<A>>
      : never;

/** The attributes of a resource as a data source returns them. */
export type Observed<A extends Attributes> = {
  readonly [N in keyof A]: A[N] extends Attribute<Mode, infer K> ? Attribute<"computed", ObservedKind<K>> : never;
};

interface ObservedOptions<A extends Attributes, N extends keyof A> {
  /** Further attributes to leave out. */
  readonly without?: readonly N[];
  /** Texts for attributes whose own text only concerns managing them. */
  readonly docs?: Readonly<Partial<Record<keyof A, string>>>;
}

/** Returns the attributes of a resource as computed ones, without those that are write-only or settings of the provider itself. */
export function observed<const A extends Attributes, const N extends keyof A & string = never>(
  attributes: A,
  { without = [], docs }: ObservedOptions<A, N> = {},
): Observed<Omit<A, N>> {
  const left = new Set<string>(without);
  const derived = Object.entries(attributes)
    .filter(([name, { mode, providerOnly }]) => mode !== "writeOnly" && !providerOnly && !left.has(name))
    .map(([name, { kind, doc, sensitive, notNull }]) => [
      name,
      computed(mapNested(kind, observed), { doc: docs?.[name] ?? meaningOf(doc), sensitive, notNull }),
    ]);
  return Object.fromEntries(derived) as Observed<Omit<A, N>>;
}

type SettableKind<K extends Kind> =
  K extends PlainKind<infer T>
    ? PlainKind<T>
    : K extends NestedKind<infer N, infer A>
      ? NestedKind<N, Settable<A>>
      : never;

/** The attributes of a resource as arguments of another part. */
export type Settable<A extends Attributes> = {
  readonly [N in keyof A]: A[N] extends Attribute<infer M, infer K>
    ? Attribute<M extends "required" ? "required" : "optional", SettableKind<K>>
    : never;
};

/** Returns the attributes of a resource as arguments with the same checks; those that are not required are optional. */
export function settable<const A extends Attributes>(attributes: A): Settable<A> {
  const derived = Object.entries(attributes).map(([name, { kind, doc, mode, check }]) => {
    const declare = mode === "required" ? required : optional;
    return [name, { ...declare(mapNested(kind, settable), { doc: meaningOf(doc) }), check }];
  });
  return Object.fromEntries(derived) as Settable<A>;
}

const mapNested = (kind: Kind, change: (attributes: Attributes) => Attributes): Kind =>
  kind.plain ? kind : { ...kind, attributes: change(kind.attributes) };

/** Returns the first sentence, which says what an attribute means. The others say how it is set and what a change does. */
const meaningOf = (doc: string): string => doc.replace(/(?<=\.) [A-Z].*$/s, "");
