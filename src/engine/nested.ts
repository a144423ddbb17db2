import type { Attributes, NestedKind, Nesting } from "../schema/declaration.ts";
import type { Path } from "../values/path.ts";
import { Decimal, Dynamic, Unknown, type Value, type ValueObject } from "../values/value.ts";
import { isMembers } from "../values/value-kind.ts";

/** Returns the value as an object or map. Decoding by the schema's type has already checked the kind. */
export function asObject(value: Value | undefined): ValueObject {
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    value instanceof Unknown ||
    value instanceof Decimal ||
    value instanceof Dynamic
  ) {
    throw new TypeError("expected an object value");
  }
  return value;
}

/** Returns an object with every attribute of the schema, null where `partial` has none; Terraform requires the exact keys. */
export function withAllKeys(attributes: Attributes, partial: Partial<ValueObject>): ValueObject {
  const whole: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = partial[name] ?? null;
    whole[name] = value === null || attribute.kind.plain ? value : completeNested(attribute.kind, value);
  }
  return whole;
}

const completeNested = (kind: NestedKind<Nesting, Attributes>, value: Value): Value =>
  value instanceof Unknown
    ? value
    : mapElements(kind.nesting, value, (element) =>
        element === null || element instanceof Unknown ? element : withAllKeys(kind.attributes, asObject(element)),
      );

/**
 * Maps the elements of a nested attribute, each together with the element of `other` at the same position. Elements of a set have no
 * position and therefore no counterpart. The value itself must be known and not null.
 */
export function zipElements(
  nesting: Nesting,
  value: Value,
  other: Value | undefined,
  change: (element: Value, counterpart: Value | undefined) => Value,
): Value {
  if (nesting === "single") return change(value, other);
  if (Array.isArray(value)) {
    const beside = nesting === "list" && Array.isArray(other) ? other : [];
    return value.map((element, index) => change(element, beside[index]));
  }
  const beside = other !== undefined && isMembers(other) ? other : undefined;
  const changed: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(asObject(value))) changed[key] = change(element, beside?.[key]);
  return changed;
}

/** Maps the elements of a nested attribute. The value itself must be known and not null. */
export const mapElements = (nesting: Nesting, value: Value, change: (element: Value) => Value): Value =>
  zipElements(nesting, value, undefined, change);

/** Returns the elements of a nested attribute with their paths. Elements of a set have no address (protocol.md §3.3). */
export function elementsOf(nesting: Nesting, value: Value, path: Path): [Value, Path][] {
  if (nesting === "single") return [[value, path]];
  if (Array.isArray(value)) {
    return value.map((element, index) => [element, nesting === "list" ? [...path, { index }] : path]);
  }
  return isMembers(value) ? Object.entries(value).map(([key, element]) => [element, [...path, { key }]]) : [];
}

/** Returns a result with every attribute of the schema; configured attributes keep their values, as core requires. */
export function resultFor(attributes: Attributes, config: ValueObject, result: ValueObject): ValueObject {
  const set = Object.entries(config).filter(([, value]) => value !== null);
  return withAllKeys(attributes, { ...result, ...Object.fromEntries(set) });
}
