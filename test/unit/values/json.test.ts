import { describe, expect, test } from "vitest";
import { decodeJson } from "../../../src/values/json.ts";
import { boolType, listOf, mapOf, numberType, objectOf, stringType } from "../../../src/values/type.ts";
import fc from "../../support/fast-check.ts";
import { anyTyped } from "../../support/values/arbitrary.ts";
import { encodeJson } from "../../support/values/encode-json.ts";

/** A map whose keys have misled programs before. */
const oddKeys = Object.assign(Object.create(null), JSON.parse('{"__proto__":"x","":"\\u0000"}'));

test("any known value survives the round trip", () => {
  fc.assert(
    fc.property(anyTyped({ unknowns: false }), ({ type, value }) => {
      const json = encodeJson(value, type);
      expect(encodeJson(decodeJson(json, type), type)).toBe(json);
    }),
    { numRuns: 300, examples: [[{ type: mapOf(stringType), value: oddKeys }]] },
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

  test("a key named __proto__ is a key", () => {
    const decoded = decodeJson('{"__proto__":"x"}', mapOf(stringType));
    expect(Object.entries(decoded as object)).toEqual([["__proto__", "x"]]);
    expect(encodeJson(decoded, mapOf(stringType))).toBe('{"__proto__":"x"}');
  });
});

test("the error for broken JSON does not quote it", () => {
  expect(() => decodeJson('{"password":"hunter2",}', stringType)).toThrow(/^the text is not valid JSON$/);
});

test("an object with too much or too little cannot be written", () => {
  expect(() => encodeJson({ a: "x", b: 1 }, objectOf({ a: stringType }))).toThrow("b: ");
  expect(() => encodeJson({}, objectOf({ a: stringType }))).toThrow("a: the attribute is missing");
});
