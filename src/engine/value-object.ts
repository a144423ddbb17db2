import type { Attributes, NestedKind, Nesting } from "../schema/declaration.ts";
import { Decimal, Dynamic, Unknown, type Value, type ValueObject } from "../values/value.ts";

/** The value as an object or map. Decoding by the schema's type has made sure that it is one. */
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

/** An object with every attribute of the schema, null where `partial` says nothing: Terraform wants exact keys. */
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

/** The value of a nested attribute with each of its objects changed; the value itself must be there and known. */
export function mapElements(nesting: Nesting, value: Value, change: (element: Value) => Value): Value {
  if (nesting === "single") return change(value);
  if (Array.isArray(value)) return value.map(change);
  const changed: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(asObject(value))) changed[key] = change(element);
  return changed;
}
