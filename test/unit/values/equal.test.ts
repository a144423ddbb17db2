import { describe, expect, test } from "vitest";
import { containsUnknown, isWhollyKnown, valuesEqual } from "../../../src/values/equal.ts";
import { normalizeSet } from "../../../src/values/set.ts";
import { dynamicType, listOf, mapOf, numberType, objectOf, setOf, stringType } from "../../../src/values/type.ts";
import { Dynamic, UNKNOWN } from "../../../src/values/value.ts";
import fc from "../../support/fast-check.ts";
import { anyTyped, decimal } from "../../support/values/arbitrary.ts";
import { conforms } from "../../support/values/conform.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

describe("valuesEqual", () => {
  test("every value equals itself and a structural copy", () => {
    fc.assert(
      fc.property(anyTyped({ unknowns: true }), ({ type, value }) => {
        expect(valuesEqual(value, value, type)).toBe(true);
      }),
    );
    expect(
      valuesEqual(
        { a: [1, { b: "x" }] },
        { a: [1, { b: "x" }] },
        objectOf({ a: tupleOf([numberType, mapOf(stringType)]) }),
      ),
    ).toBe(true);
  });

  test("sets have no order and no duplicates, lists have both", () => {
    expect(valuesEqual(["a", "b", "a"], ["b", "a"], setOf(stringType))).toBe(true);
    expect(valuesEqual(["a", "b"], ["b", "a"], listOf(stringType))).toBe(false);
    const type = setOf(objectOf({ tags: setOf(numberType) }));
    expect(valuesEqual([{ tags: [1, 2] }, { tags: [3] }], [{ tags: [3] }, { tags: [2, decimal("1.0")] }], type)).toBe(
      true,
    );
  });

  test("numbers are compared by digits and strings after normalisation", () => {
    expect(valuesEqual(5, decimal("5"), numberType)).toBe(true);
    expect(valuesEqual(decimal("9007199254740993"), decimal("9007199254740992"), numberType)).toBe(false);
    expect(valuesEqual("e\u0301", "é", stringType)).toBe(true);
  });

  test("unknown equals unknown only, and null equals null only", () => {
    expect(valuesEqual(UNKNOWN, UNKNOWN, stringType)).toBe(true);
    expect(valuesEqual(UNKNOWN, null, stringType)).toBe(false);
    expect(valuesEqual(UNKNOWN, "", stringType)).toBe(false);
    expect(valuesEqual({ a: UNKNOWN }, { a: {} }, mapOf(dynamicType))).toBe(false);
    expect(valuesEqual(null, [], listOf(stringType))).toBe(false);
  });

  test("dynamic values differ by their type alone", () => {
    const list = new Dynamic(listOf(stringType), ["a"]);
    expect(valuesEqual(list, new Dynamic(listOf(stringType), ["a"]), dynamicType)).toBe(true);
    expect(valuesEqual(list, new Dynamic(tupleOf([stringType]), ["a"]), dynamicType)).toBe(false);
    expect(
      valuesEqual(new Dynamic(setOf(stringType), ["a", "b"]), new Dynamic(setOf(stringType), ["b", "a"]), dynamicType),
    ).toBe(true);
  });
});

describe("normalizeSet", () => {
  test("strings go by bytes, numbers by size, unknown after known, null last", () => {
    expect(normalizeSet(["b", null, "B", UNKNOWN, "\u{10000}", "\uffee", "b"], stringType)).toEqual([
      "B",
      "b",
      "\uffee",
      "\u{10000}",
      UNKNOWN,
      null,
    ]);
    expect(normalizeSet([10, 9, decimal("9.5"), -1, decimal("12345678901234567890")], numberType)).toEqual([
      -1,
      9,
      decimal("9.5"),
      10,
      decimal("12345678901234567890"),
    ]);
  });

  test("elements with unknowns are never merged", () => {
    expect(
      normalizeSet([{ a: UNKNOWN }, { a: UNKNOWN }, { a: 1 }, { a: 1 }], objectOf({ a: numberType })),
    ).toHaveLength(3);
  });
});

test("unknowns are found wherever they stand", () => {
  expect(containsUnknown({ a: [new Dynamic(listOf(stringType), [UNKNOWN])] })).toBe(true);
  expect(isWhollyKnown({ a: [new Dynamic(listOf(stringType), ["x", null])], b: decimal("0.1") })).toBe(true);
});

describe("conforms", () => {
  const type = objectOf({ name: stringType, sizes: listOf(numberType), tags: setOf(stringType), any: dynamicType });
  test.each([
    [{ name: "a", sizes: [1], tags: UNKNOWN, any: null }, ""],
    [{ name: 1, sizes: [1], tags: [], any: null }, "name"],
    [{ name: "a", sizes: [1, "x"], tags: [], any: null }, "sizes[1]"],
    [{ name: "a", sizes: [1, Number.NaN], tags: [], any: null }, "sizes[1]"],
    [{ name: "a", sizes: [], tags: [1], any: null }, "tags"],
    [{ name: "a", sizes: [], tags: [], any: "raw" }, "any"],
    [{ name: "a", sizes: [], tags: [] }, "any"],
    [{ name: "a", sizes: [], tags: [], any: null, more: 1 }, "more"],
  ])("%j fails at %j", (value, path) => {
    const result = conforms(value, type);
    expect(result.ok ? "" : result.path.map((step) => Object.values(step).join("")).join(".")).toBe(
      path.replace("[", ".").replace("]", ""),
    );
  });

  test("every generated value conforms to its type", () => {
    fc.assert(
      fc.property(anyTyped({ unknowns: true }), ({ type: generated, value }) => {
        expect(conforms(value, generated)).toEqual({ ok: true });
      }),
    );
  });
});
