import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  setOf,
  stringType,
  type Type,
} from "../values/type.ts";
import type { Decimal, Dynamic } from "../values/value.ts";
import type { Attributes, Kind, NestedKind, PlainKind } from "./declaration.ts";

export const string: PlainKind<string> = { plain: true, wire: stringType };
export const bool: PlainKind<boolean> = { plain: true, wire: boolType };
/** A whole number; HCL's `number`, rejected if it has a fraction or exceeds the safe range. */
export const int: PlainKind<number> = { plain: true, wire: numberType, integer: true };
/** Any number, exact: fractions and numbers beyond the safe range are a Decimal. */
export const number: PlainKind<number | Decimal> = { plain: true, wire: numberType };
/** Any HCL value, with its own type. Not allowed in a collection (protocol.md §0 trap 3). */
export const dynamic: PlainKind<Dynamic> = { plain: true, wire: dynamicType };

function isKind(value: PlainKind<unknown> | Attributes): value is PlainKind<unknown> {
  return (value as PlainKind<unknown>).plain === true;
}

export function list<T>(element: PlainKind<T>): PlainKind<T[]>;
export function list<const A extends Attributes>(attributes: A): NestedKind<"list", A>;
export function list(of: PlainKind<unknown> | Attributes): Kind {
  return isKind(of) ? { plain: true, wire: listOf(of.wire) } : { plain: false, nesting: "list", attributes: of };
}

export function set<T>(element: PlainKind<T>): PlainKind<T[]>;
export function set<const A extends Attributes>(attributes: A): NestedKind<"set", A>;
export function set(of: PlainKind<unknown> | Attributes): Kind {
  return isKind(of) ? { plain: true, wire: setOf(of.wire) } : { plain: false, nesting: "set", attributes: of };
}

export function map<T>(element: PlainKind<T>): PlainKind<Record<string, T>>;
export function map<const A extends Attributes>(attributes: A): NestedKind<"map", A>;
export function map(of: PlainKind<unknown> | Attributes): Kind {
  return isKind(of) ? { plain: true, wire: mapOf(of.wire) } : { plain: false, nesting: "map", attributes: of };
}

/** A single object with nested attributes: `control_plane = { … }`. */
export function object<const A extends Attributes>(attributes: A): NestedKind<"single", A> {
  return { plain: false, nesting: "single", attributes };
}

/** Returns the wire type of an attribute of this kind. */
export function wireType(kind: Kind): Type {
  if (kind.plain) return kind.wire;
  const element = objectType(kind.attributes);
  switch (kind.nesting) {
    case "single":
      return element;
    case "list":
      return listOf(element);
    case "set":
      return setOf(element);
    case "map":
      return mapOf(element);
  }
}

const objectTypes = new WeakMap<Attributes, Type>();

/** Returns the wire type of a block of attributes, an object type. */
export function objectType(attributes: Attributes): Type {
  let type = objectTypes.get(attributes);
  if (type === undefined) {
    type = objectOf(Object.fromEntries(Object.entries(attributes).map(([name, { kind }]) => [name, wireType(kind)])));
    objectTypes.set(attributes, type);
  }
  return type;
}
