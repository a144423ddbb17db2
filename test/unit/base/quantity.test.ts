import { describe, expect, test } from "vitest";
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityEqual,
  roundUpQuantity,
  subtractQuantities,
  zeroQuantity,
} from "../../../src/base/quantity.ts";
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

describe("texts of quantities", () => {
  test.each([
    ["1536Mi", "binary", "1536Mi"],
    ["2048Mi", "binary", "2Gi"],
    ["0", "binary", "0"],
    ["1G", "binary", "1000000000"],
    ["1100m", "binary", "2"],
    ["1500m", "decimal", "1500m"],
    ["1k", "decimal", "1000"],
    ["1u", "decimal", "1m"],
    ["-1500m", "decimal", "-1500m"],
  ] as const)("%s is in %s form %s", (text, style, written) => {
    expect(formatQuantity(parseQuantity(text) ?? zeroQuantity, style)).toBe(written);
  });

  test("mean the amount that was written, and sums of them the sum", () => {
    const bytes = fc.bigInt({ min: 0n, max: 1n << 60n });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const sum = addQuantities({ numerator: a, denominator: 1n }, { numerator: b * 1024n, denominator: 1024n });
        for (const style of ["binary", "decimal"] as const) {
          expect(quantityEqual(formatQuantity(sum, style), String(a + b))).toBe(true);
        }
        const difference = subtractQuantities(sum, { numerator: b, denominator: 1n });
        expect(roundUpQuantity(difference)).toBe(a);
      }),
    );
  });
});
