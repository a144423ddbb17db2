import { parseNumber } from "../../../src/values/number.ts";
import { collectionKinds, dynamicType, type Type } from "../../../src/values/type.ts";
import { Decimal, Dynamic, UNKNOWN, Unknown, type Value, type ValueObject } from "../../../src/values/value.ts";
import fc from "../fast-check.ts";

const primitive = fc.constantFrom<Type>({ kind: "string" }, { kind: "number" }, { kind: "bool" });
const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,40}$/),
  fc.constantFrom("__proto__", "constructor", "größe", "日本"),
);

/** Any type without `dynamic`, nested up to three levels. */
export const anyStaticType: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    primitive,
    fc.record({ kind: fc.constantFrom("list" as const, "set" as const, "map" as const), element: tie("type") }),
    fc.record({ kind: fc.constant("tuple" as const), elements: fc.array(tie("type"), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("object" as const), attributes: fc.dictionary(name, tie("type"), { maxKeys: 4 }) }),
  ),
})).type;

export const anyDecimalText = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc.tuple(fc.maxSafeInteger(), fc.nat()).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.tuple(fc.integer(), fc.integer({ min: -400, max: 400 })).map(([digits, exponent]) => `${digits}e${exponent}`),
);

export interface AnyValueOptions {
  readonly unknowns: boolean;
  /** Whether something is certain of some of the unknowns. */
  readonly refined?: boolean;
}

/** Any value of a type in canonical form: NFC strings, canonical numbers. */
export function anyValueOf(type: Type, options: AnyValueOptions): fc.Arbitrary<Value> {
  const known = knownValueOf(type, options);
  const absent: fc.Arbitrary<Value> = options.unknowns
    ? fc.oneof(fc.constant(null), fc.constant(UNKNOWN), options.refined ? refinedUnknownOf(type) : fc.constant(UNKNOWN))
    : fc.constant(null);
  return fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: absent });
}

/** An unknown of which something is certain that can be certain of its type. */
function refinedUnknownOf(type: Type): fc.Arbitrary<Unknown> {
  const notNull = fc.constantFrom({}, { notNull: true as const });
  const count = fc.nat({ max: 300 });
  const bound = fc.record({ value: anyDecimalText.map(parseNumber), inclusive: fc.boolean() });
  const more: fc.Arbitrary<object> =
    type.kind === "string"
      ? fc.record({ prefix: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }) })
      : type.kind === "number"
        ? fc.record({ lower: bound, upper: bound }, { requiredKeys: [] })
        : collectionKinds.has(type.kind)
          ? fc.record({ leastLength: count, mostLength: count }, { requiredKeys: [] })
          : fc.constant({});
  return fc.tuple(notNull, more).map((parts) => new Unknown(Object.assign({}, ...parts)));
}

function knownValueOf(type: Type, options: AnyValueOptions): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "string":
      return fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.normalize("NFC"));
    case "number":
      return fc.oneof(
        fc.maxSafeInteger().map((n) => n + 0 || 0),
        anyDecimalText.map(parseNumber),
      );
    case "bool":
      return fc.boolean();
    case "list":
    case "set":
      return fc.array(anyValueOf(type.element, options), { maxLength: 4 });
    case "tuple":
      return fc.tuple(...type.elements.map((element) => anyValueOf(element, options)));
    case "map":
      return fc
        .dictionary(name, anyValueOf(type.element, options), { maxKeys: 4 })
        .map((members): ValueObject => Object.assign(Object.create(null), members));
    case "object":
      return fc
        .tuple(
          ...Object.entries(type.attributes).map(([key, attribute]) =>
            anyValueOf(attribute, options).map((value) => [key, value] as const),
          ),
        )
        .map((members) => {
          const object: ValueObject = Object.create(null);
          for (const [key, value] of members) object[key] = value;
          return object;
        });
    case "dynamic":
      return anyStaticType.chain((inner) => anyValueOf(inner, options).map((value) => new Dynamic(inner, value)));
  }
}

/** A type together with a value of it; one in five is dynamic. */
export const anyTyped = (options: AnyValueOptions): fc.Arbitrary<{ type: Type; value: Value }> =>
  fc
    .oneof({ weight: 4, arbitrary: anyStaticType }, { weight: 1, arbitrary: fc.constant(dynamicType) })
    .chain((type) => anyValueOf(type, options).map((value) => ({ type, value })));

export const decimal = (text: string): Decimal => new Decimal(text);
