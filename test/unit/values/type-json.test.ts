import { describe, expect, test } from "vitest";
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  setOf,
  stringType,
} from "../../../src/values/type.ts";
import { typeFromJson, typeToJson } from "../../../src/values/type-json.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import fc from "../../support/fast-check.ts";
import { anyStaticType } from "../../support/values/arbitrary.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

test.each([
  [stringType, '"string"'],
  [dynamicType, '"dynamic"'],
  [listOf(numberType), '["list","number"]'],
  [setOf(boolType), '["set","bool"]'],
  [mapOf(dynamicType), '["map","dynamic"]'],
  [tupleOf([]), '["tuple",[]]'],
  [
    tupleOf([objectOf({ v: numberType }), objectOf({ v: stringType })]),
    '["tuple",[["object",{"v":"number"}],["object",{"v":"string"}]]]',
  ],
  [objectOf({ b: boolType, a: listOf(stringType) }), '["object",{"a":["list","string"],"b":"bool"}]'],
])("%j is written compactly with sorted keys and read back", (type, json) => {
  expect(typeToJson(type)).toBe(json);
  expect(typeToJson(typeFromJson(json))).toBe(json);
  expect(typeToJson(typeFromJson(JSON.parse(json)))).toBe(json);
});

test("any type survives the round trip", () => {
  fc.assert(
    fc.property(anyStaticType, (type) => {
      expect(typeToJson(typeFromJson(typeToJson(type)))).toBe(typeToJson(type));
    }),
  );
});

test("optional attributes are accepted and dropped", () => {
  expect(typeToJson(typeFromJson('["object",{"a":"string","b":"bool"},["a"]]'))).toBe(
    '["object",{"a":"string","b":"bool"}]',
  );
});

describe("an invalid type is refused", () => {
  test.each([
    "",
    "[",
    '"strin"',
    "null",
    "5",
    "{}",
    "[]",
    '["list"]',
    '["list","string","string"]',
    '["tuple",{}]',
    '["object",[]]',
    '["object",{"a":"x"}]',
    '["object",{"a":"string"},["b"]]',
    '["object",{"a":"string"},"a"]',
    '["capsule","string"]',
    `${'["list",'.repeat(300)}"string"${"]".repeat(300)}`,
  ])("%s", (json) => {
    expect(() => typeFromJson(json)).toThrow(ValueError);
  });
});
