import type { Attribute, Attributes, Kind, Mode, NestedKind, PlainKind } from "../../schema/declaration.ts";
import { containsUnknown } from "../../values/known.ts";
import type { Path, Step } from "../../values/path.ts";
import { Unknown, type Value, type ValueObject } from "../../values/value.ts";

// HCL names are the API's names in snake_case, so resources and library convert by rule, without a table: `min_replicas` ⇄
// `minReplicas`, also for nested attributes; keys of maps are unchanged; null ⇄ absent.

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

type DomainOf<K extends Kind> =
  K extends PlainKind<infer T>
    ? T
    : K extends NestedKind<"single", infer A>
      ? Domain<A>
      : K extends NestedKind<"list" | "set", infer A>
        ? Domain<A>[]
        : never;

/** The library's type for a block of attributes. */
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

/** Returns the library's name of an attribute. Cached, because the set of names is small and conversions are frequent. */
export function camelCase(name: string): string {
  let word = camelCased.get(name);
  if (word === undefined) {
    word = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    camelCased.set(name, word);
  }
  return word;
}

export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Converts the attributes of a known configuration or state to the library's form; nulls are omitted. */
export function expand<const A extends Attributes>(attributes: A, values: object): Domain<A> {
  const domain: Record<string, unknown> = {};
  const from = values as ValueObject;
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = from[name] ?? null;
    if (value !== null && !(value instanceof Unknown)) domain[camelCase(name)] = expandValue(attribute, value);
  }
  return domain as Domain<A>;
}

/**
 * Returns the attributes that can be checked. An attribute that contains an unknown is null, because its known part could look invalid.
 */
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

/** Converts from the library's form: every attribute of the block, null where the library has no value. */
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

/** Converts a path of the library to a configuration path; it ends at a dynamic value, which has no attributes. */
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

/** Returns the named attributes of a block. */
export function pick<A extends Attributes, const N extends keyof A & string>(
  attributes: A,
  ...names: readonly N[]
): Pick<A, N> {
  return Object.fromEntries(names.map((name) => [name, attributes[name]])) as Pick<A, N>;
}
