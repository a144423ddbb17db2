import { describe, expect, test } from "vitest";
import { compareQuantities, parseQuantity, quantityEqual } from "../../../src/base/quantity.ts";
import fc from "../../support/fast-check.ts";

describe("quantities", () => {
  test.each([
    ["2Gi", "2048Mi"],
    ["4", 4],
    ["0.5", "500m"],
    ["1e3", "1k"],
    ["1.5Gi", "1536Mi"],
    [".5", "500m"],
    ["5.", 5],
    ["+1", "1"],
    ["1000n", "1u"],
  ])("%s and %s mean the same", (a, b) => {
    expect(quantityEqual(a, b)).toBe(true);
  });

  test.each([
    ["2Gi", "2G"],
    ["1", "1m"],
    ["1Ki", "1k"],
    ["abc", "1"],
    ["", "0"],
  ])("%s and %s differ", (a, b) => {
    expect(quantityEqual(a, b)).toBe(false);
  });

  test.each(["", "Gi", "1 Gi", "1gi", "1e", "--1", "1.2.3", "1e99"])("%s is no quantity", (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test("milli-units and decimals of the same amount compare as equal, whatever the amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (milli) => {
        expect(quantityEqual(`${milli}m`, (milli / 1000).toFixed(3))).toBe(true);
      }),
    );
  });

  test("the order of quantities is the order of their amounts", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 50n }), fc.bigInt({ min: 0n, max: 1n << 50n }), (a, b) => {
        const left = parseQuantity(`${a}Ki`);
        const right = parseQuantity(`${b * 1024n}`);
        if (left === undefined || right === undefined) throw new Error("both are quantities");
        expect(Math.sign(compareQuantities(left, right))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});
