import type { Attribute, Attributes, Kind, Mode, NestedKind, PlainKind } from "../../schema/declaration.ts";
import { containsUnknown } from "../../values/known.ts";
import type { Path, Step } from "../../values/path.ts";
import { Unknown, type Value, type ValueObject } from "../../values/value.ts";

// HCL names are the API's words in snake_case, so the way between a resource and the library is a rule, not a table:
// `min_replicas` ⇄ `minReplicas`, nested attributes alike, keys of maps untouched, null ⇄ absent.

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type DomainOf<K extends Kind> =
  K extends PlainKind<infer T>
    ? T
    : K extends NestedKind<"single", infer A>
      ? Domain<A>
      : K extends NestedKind<"list" | "set", infer A>
        ? Domain<A>[]
        : never;

/** What a block of attributes is in the library's words. */
export type Domain<A extends Attributes> = {
  [N in keyof A & string as A[N] extends Attribute<"required", Kind> ? Camel<N> : never]: A[N] extends Attribute<
    Mode,
    infer K
  >
    ? DomainOf<K>
    : never;
} & {
  [N in keyof A & string as A[N] extends Attribute<"required", Kind> ? never : Camel<N>]?: A[N] extends Attribute<
    Mode,
    infer K
  >
    ? DomainOf<K>
    : never;
};

const camelCased = new Map<string, string>();

/** The library's word for an attribute; there are only so many attributes, and each is asked for all the time. */
export function camelCase(name: string): string {
  let word = camelCased.get(name);
  if (word === undefined) {
    word = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelCased.set(name, word);
  }
  return word;
}

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The attributes of a known configuration or state in the library's words; what is null is left out. */
export function expand<const A extends Attributes>(attributes: A, values: object): Domain<A> {
  const domain: Record<string, unknown> = {};
  const from = values as ValueObject;
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = from[name] ?? null;
    if (value !== null && !(value instanceof Unknown)) domain[camelCase(name)] = expandValue(attribute, value);
  }
  return domain as Domain<A>;
}

/** The attributes that can be judged: one with an unknown anywhere in it is null, as its other half would look like a mistake. */
export const knownPart = (values: object): ValueObject =>
  Object.fromEntries(
    Object.entries(values as ValueObject).map(([name, value]) => [name, containsUnknown(value) ? null : value]),
  );

function expandValue(attribute: Attribute, value: Value): unknown {
  const { kind } = attribute;
  if (kind.plain) return isRecord(value) ? { ...value } : value;
  if (Array.isArray(value)) return value.map((element) => expand(kind.attributes, element as ValueObject));
  return expand(kind.attributes, value as ValueObject);
}

/** The other way: every attribute of the block, null where the library says nothing. */
export function flatten(attributes: Attributes, domain: object): ValueObject {
  const values: ValueObject = Object.create(null);
  const from = domain as Readonly<Record<string, unknown>>;
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = from[camelCase(name)];
    values[name] = value === undefined || value === null ? null : flattenValue(attribute, value);
  }
  return values;
}

function flattenValue(attribute: Attribute, value: unknown): Value {
  const { kind } = attribute;
  if (!kind.plain) {
    if (Array.isArray(value)) return value.map((element) => flatten(kind.attributes, element as object));
    return flatten(kind.attributes, value as object);
  }
  if (Array.isArray(value)) return [...(value as Value[])];
  if (isRecord(value)) return Object.assign(Object.create(null) as ValueObject, value);
  return value as Value;
}

const isRecord = (value: unknown): value is Record<string, Value> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  (Object.getPrototypeOf(value) === null || Object.getPrototypeOf(value) === Object.prototype);

/** A path of the library as one of the configuration; it stops where a free value begins, which has no attributes. */
export function attributePathOf(attributes: Attributes, path: readonly string[]): Path {
  const steps: Step[] = [];
  let inside: Attributes | undefined = attributes;
  let previous: Attribute | undefined;
  for (const step of path) {
    if (previous !== undefined && inside === undefined) {
      if (previous.kind.plain && previous.kind.wire.kind === "map") return [...steps, { key: step }];
      if (previous.kind.plain && previous.kind.wire.kind === "list") return [...steps, { index: Number(step) }];
      return steps;
    }
    if (previous !== undefined && !previous.kind.plain && previous.kind.nesting === "list" && /^\d+$/.test(step)) {
      steps.push({ index: Number(step) });
      continue;
    }
    const name = snakeCase(step);
    const attribute: Attribute | undefined = inside?.[name];
    if (attribute === undefined) return steps;
    steps.push({ attribute: name });
    previous = attribute;
    inside = attribute.kind.plain ? undefined : attribute.kind.attributes;
  }
  return steps;
}

/** Those attributes of a block that are named. */
export function pick<A extends Attributes, const N extends keyof A & string>(
  attributes: A,
  ...names: readonly N[]
): Pick<A, N> {
  return Object.fromEntries(names.map((name) => [name, attributes[name]])) as Pick<A, N>;
}
