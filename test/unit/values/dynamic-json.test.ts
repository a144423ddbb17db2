import { expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { dynamicFromJson, jsonFromValue } from "../../../src/values/dynamic-json.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import { dynamicType } from "../../../src/values/type.ts";
import { typeToJson } from "../../../src/values/type-json.ts";
import { UNKNOWN } from "../../../src/values/value.ts";
import fc from "../../support/fast-check.ts";
import { decimal } from "../../support/values/arbitrary.ts";
import { conforms } from "../../support/values/conform.ts";

test("JSON becomes what an HCL literal of it would be", () => {
  const dynamic = dynamicFromJson({ replicas: 2, tags: ["a", null], ratio: 0.5, on: true });
  expect(dynamic && typeToJson(dynamic.type)).toBe(
    '["object",{"on":"bool","ratio":"number","replicas":"number","tags":["tuple",["string","dynamic"]]}]',
  );
  expect(dynamicFromJson(null)).toBeNull();
});

test("any JSON survives the way to Terraform and back", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: true }), (json) => {
      const dynamic = dynamicFromJson(json as Json);
      expect(conforms(dynamic, dynamicType)).toEqual({ ok: true });
      const back = jsonFromValue(decodeMsgpack(encodeMsgpack(dynamic, dynamicType), dynamicType));
      // -0 is 0 in Terraform, as it is in JSON text.
      expect(back).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});

test("a key named __proto__ stays a key", () => {
  const json = JSON.parse('{"__proto__":{"polluted":true}}') as Json;
  expect(JSON.stringify(jsonFromValue(dynamicFromJson(json)))).toBe('{"__proto__":{"polluted":true}}');
});

test("a whole number is JSON only where no digit is lost", () => {
  expect(jsonFromValue([decimal("0.1"), 5, decimal("1e300")])).toEqual([0.1, 5, 1e300]);
  expect(() => jsonFromValue({ a: [decimal("9007199254740993")] })).toThrow("a[0]: ");
  expect(() => jsonFromValue(decimal("9223372036854775807"))).toThrow("more digits");
  expect(() => jsonFromValue(decimal("1e400"))).toThrow("more digits");
  expect(() => jsonFromValue(decimal("1e-400"))).toThrow("more digits");
});

test("a fraction becomes the nearest double, as every reader of JSON takes it", () => {
  expect(jsonFromValue(decimal(`0.${"3".repeat(154)}`))).toBe(1 / 3);
  expect(jsonFromValue(decimal("0.10000000000000000001"))).toBe(0.1);
});

test("unknown values and NaN cannot be JSON", () => {
  expect(() => jsonFromValue({ a: { b: UNKNOWN } })).toThrow("a.b: the value is not known yet");
  expect(() => dynamicFromJson([Number.NaN])).toThrow("[0]: ");
});
