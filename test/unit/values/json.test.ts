import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { valuesEqual } from "../../../src/values/equal.ts";
import { decodeJson, encodeJson } from "../../../src/values/json.ts";
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
  tupleOf,
} from "../../../src/values/type.ts";
import { Dynamic, UNKNOWN, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { anyTyped, decimal } from "./arbitrary.ts";

test.each<[string, Type, Value]>([
  ['"hello"', stringType, "hello"],
  ["null", listOf(stringType), null],
  ["15", numberType, 15],
  ["2.5", numberType, decimal("2.5")],
  ["9007199254740993", numberType, decimal("9007199254740993")],
  ["0.1000000000000000055", numberType, decimal("0.1000000000000000055")],
  ["[true,false]", listOf(boolType), [true, false]],
  ["[]", setOf(boolType), []],
  ["[true,5]", tupleOf([boolType, numberType]), [true, 5]],
  ['{"no":false,"yes":true}', mapOf(boolType), { yes: true, no: false }],
  ['{"bool":true,"number":0}', objectOf({ bool: boolType, number: numberType }), { bool: true, number: 0 }],
  ['{"type":"bool","value":true}', dynamicType, new Dynamic(boolType, true)],
  ['{"type":["list","number"],"value":[1]}', dynamicType, new Dynamic(listOf(numberType), [1])],
  ['{"type":"string","value":null}', dynamicType, new Dynamic(stringType, null)],
])("%s is read and written", (json, type, value) => {
  expect(valuesEqual(decodeJson(json, type), value, type)).toBe(true);
  expect(encodeJson(value, type)).toBe(json);
  expect(decodeJson(Buffer.from(json), type)).toEqual(decodeJson(json, type));
});

test("any known value survives the round trip", () => {
  fc.assert(
    fc.property(anyTyped({ unknowns: false }), ({ type, value }) => {
      const json = encodeJson(value, type);
      expect(encodeJson(decodeJson(json, type), type)).toBe(json);
    }),
    { numRuns: 300 },
  );
});

describe("state of other versions", () => {
  test("missing attributes are null, at every level", () => {
    const type = objectOf({ a: stringType, inner: listOf(objectOf({ b: numberType, c: boolType })) });
    expect(decodeJson('{"inner":[{"b":1}]}', type)).toEqual({ a: null, inner: [{ b: 1, c: null }] });
  });

  test("an attribute that left the schema is named", () => {
    const type = objectOf({ inner: listOf(objectOf({ b: numberType })) });
    expect(() => decodeJson('{"inner":[{"gone":1}]}', type)).toThrow("inner[0].gone: ");
  });

  test.each<[string, Type, Value]>([
    ["1.50", stringType, "1.5"],
    ["12345678901234567890", stringType, "12345678901234567890"],
    ["true", stringType, "true"],
    ['"1.50"', numberType, decimal("1.5")],
    ['"true"', boolType, true],
    ['"0"', boolType, false],
  ])("the primitive %s converts to another", (json, type, value) => {
    expect(decodeJson(json, type)).toEqual(value);
  });

  test("a key named __proto__ is a key", () => {
    const decoded = decodeJson('{"__proto__":"x"}', mapOf(stringType));
    expect(Object.entries(decoded as object)).toEqual([["__proto__", "x"]]);
    expect(encodeJson(decoded, mapOf(stringType))).toBe('{"__proto__":"x"}');
  });
});

test.each<[string, Type, string]>([
  ["{", stringType, "Malformed"],
  ["[1]", stringType, "WrongType"],
  ["{}", listOf(stringType), "WrongType"],
  ["[]", objectOf({}), "WrongType"],
  ["[1,2]", tupleOf([numberType]), "WrongType"],
  ['"x"', numberType, "BadNumber"],
  ["1e999999", numberType, "BadNumber"],
  ['"maybe"', boolType, "WrongType"],
  ["5", dynamicType, "WrongType"],
  ['{"type":"strin","value":1}', dynamicType, "BadType"],
  ['{"type":"string","value":"a","more":1}', dynamicType, "WrongType"],
  ["[".repeat(200_000), dynamicType, "Malformed"],
  [`${"[".repeat(200_000)}${"]".repeat(200_000)}`, dynamicType, "TooDeep"],
])("%.20s is refused", (json, type, code) => {
  const error = (() => {
    try {
      return decodeJson(json, type);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ValueError);
  expect(error).toHaveProperty("code", code);
});

test("the error for broken JSON does not quote it", () => {
  expect(() => decodeJson('{"password":"hunter2",}', stringType)).toThrow(/^the text is not valid JSON$/);
});

test("unknown, infinity and a foreign attribute cannot be written", () => {
  expect(() => encodeJson({ a: UNKNOWN }, objectOf({ a: stringType }))).toThrow("a: the value is not known yet");
  expect(() => encodeJson(Number.POSITIVE_INFINITY, numberType)).toThrow("infinity");
  expect(() => encodeJson({ a: "x", b: 1 }, objectOf({ a: stringType }))).toThrow("b: ");
  expect(() => encodeJson({}, objectOf({ a: stringType }))).toThrow("a: the attribute is missing");
});
