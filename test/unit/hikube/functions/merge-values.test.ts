import { describe, expect, test } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../../../../src/base/json.ts";
import { mergeValues } from "../../../../src/hikube/functions/merge-values.ts";
import { dynamicFromJson } from "../../../../src/values/dynamic-json.ts";
import { mapOf, numberType, stringType } from "../../../../src/values/type.ts";
import { Decimal, Dynamic } from "../../../../src/values/value.ts";
import fc from "../../../support/fast-check.ts";
import { call, callJson, errorOf } from "./call.ts";

describe("merge_values", () => {
  test.each<[string, Json[], Json]>([
    ["no arguments", [], {}],
    ["one argument", [{ a: 1 }], { a: 1 }],
    ["maps at every level", [{ a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }], { a: { b: 1, c: 3, d: 4 } }],
    ["lists, as a whole", [{ a: [1, 2] }, { a: [3] }], { a: [3] }],
    ["nulls in lists, which stay", [{ a: [1, null] }], { a: [1, null] }],
    ["a null, which removes", [{ a: { b: 1, c: 2 } }, { a: { b: null } }], { a: { c: 2 } }],
    ["a null of a new map, which is left out", [{}, { a: { b: null, c: 1 } }], { a: { c: 1 } }],
    ["a null that later arguments set again", [{ a: 1 }, { a: null }, { a: 2 }], { a: 2 }],
    ["a scalar over a map", [{ a: { b: 1 } }, { a: 1 }], { a: 1 }],
    ["a map over a scalar", [{ a: 1 }, { a: { b: 1 } }], { a: { b: 1 } }],
    ["empty maps, which change nothing", [{ a: { b: 1 } }, { a: {} }], { a: { b: 1 } }],
  ])("merges %s", (_, values, merged) => {
    expect(callJson(mergeValues, ...values)).toEqual(merged);
  });

  test("keeps a key __proto__ and every digit of a number", () => {
    expect(JSON.stringify(callJson(mergeValues, JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}');
    const big = new Decimal("123456789012345678901234567890.5");
    const merged = mergeValues.definition.call(
      new Dynamic({ kind: "object", attributes: { n: numberType } }, { n: big }),
    );
    expect(merged).toBeInstanceOf(Dynamic);
    expect(((merged as Dynamic).value as { n: Decimal }).n.text).toBe(big.text);
  });

  test("merges a map and an object", () => {
    const labels = new Dynamic(mapOf(stringType), { env: "prod", tier: "web" });
    expect(call(mergeValues, labels, dynamicFromJson({ env: 1 }))).toEqual({ env: 1, tier: "web" });
  });

  test.each<[Json[], string, number]>([
    [["a"], "must be an object or a map; got a string", 0],
    [[{ a: 1 }, [1]], "must be an object or a map; got a tuple", 1],
    [[{}, {}, true], "must be an object or a map; got a bool", 2],
  ])("refuses %j at the right argument", (values, text, argument) => {
    expect(errorOf(mergeValues, ...values.map(dynamicFromJson))).toEqual([text, argument]);
  });

  // A key is a map in every argument or in none, and nothing is removed: otherwise the order of merging matters.
  const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 }));
  const keyed = (keys: readonly string[], values: fc.Arbitrary<Json>) =>
    fc.dictionary(fc.constantFrom(...keys), values, { noNullPrototype: true });
  const leaves = keyed(["a", "b"], scalar);
  const nest = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
    fc.tuple(leaves, keyed(["x", "y"], inner)).map(([own, maps]) => ({ ...own, ...maps }));
  const tree = nest(nest(leaves));

  test("is associative where nothing is removed and maps meet maps", () => {
    fc.assert(
      fc.property(tree, tree, tree, (a, b, c) => {
        const all = callJson(mergeValues, a, b, c);
        expect(callJson(mergeValues, callJson(mergeValues, a, b), c)).toEqual(all);
        expect(callJson(mergeValues, a, callJson(mergeValues, b, c))).toEqual(all);
      }),
    );
  });

  test("has the last argument's values and no null outside lists", () => {
    const withNulls = fc.tuple(tree, tree).map(([a, b]) => ({ ...a, gone: null, kept: { ...b, gone: null } }));
    const nulls = (value: Json): number =>
      isJsonObject(value)
        ? Object.values(value).reduce<number>((sum, one) => sum + nulls(one), 0)
        : value === null
          ? 1
          : 0;
    fc.assert(
      fc.property(withNulls, tree, (a, b) => {
        expect(nulls(callJson(mergeValues, a))).toBe(0);
        expect(callJson(mergeValues, a, b, b)).toEqual(callJson(mergeValues, a, b));
        expect(callJson(mergeValues, a, b)).toMatchObject(b);
      }),
    );
  });
});
