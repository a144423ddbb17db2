import { describe, expect, test } from "vitest";
import { quantityEqual } from "../../../../src/hikube/functions/quantity-equal.ts";
import { quantityToBytes } from "../../../../src/hikube/functions/quantity-to-bytes.ts";
import fc from "../../../support/fast-check.ts";
import { call, errorOf } from "./call.ts";

describe("quantity_to_bytes", () => {
  test.each([
    ["0", "0"],
    ["1Gi", "1073741824"],
    ["1G", "1000000000"],
    ["1.5Ki", "1536"],
    ["1e3", "1000"],
    ["500m", "1"],
    ["1.1", "2"],
    ["8Ei", "9223372036854775808"],
  ])("of %s is %s", (text, bytes) => {
    expect(String(quantityToBytes.definition.call(text))).toBe(bytes);
  });

  test.each([
    ["", /must be a quantity/],
    ["16GB", /must be a quantity such as "16Gi", "1500m" or "4"; got "16GB"/],
    ["-1Gi", /must not be negative/],
  ])("refuses %j at its argument", (text, complaint) => {
    expect(errorOf(quantityToBytes, text)).toEqual([expect.stringMatching(complaint), 0]);
  });
});

describe("quantity_equal", () => {
  const suffixes = fc.constantFrom("", "m", "k", "M", "Ki", "Mi", "Gi");
  const quantity = fc.tuple(fc.integer({ min: 0, max: 1e9 }), suffixes).map(([n, suffix]) => `${n}${suffix}`);

  test("is reflexive, symmetric, and true for the same amount in another unit", () => {
    fc.assert(
      fc.property(quantity, quantity, fc.integer({ min: 0, max: 1e6 }), (a, b, n) => {
        expect(call(quantityEqual, a, a)).toBe(true);
        expect(call(quantityEqual, a, b)).toBe(call(quantityEqual, b, a));
        expect(call(quantityEqual, `${n}Gi`, `${n * 1024}Mi`)).toBe(true);
        expect(call(quantityEqual, `${n}`, `${n}000m`)).toBe(true);
        expect(call(quantityEqual, `${n}Gi`, `${n + 1}Gi`)).toBe(false);
      }),
    );
  });

  test("agrees with quantity_to_bytes on whole bytes", () => {
    const whole = fc.tuple(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom("", "k", "M", "Ki", "Mi"));
    fc.assert(
      fc.property(whole, whole, ([n, s], [m, t]) => {
        const [a, b] = [`${n}${s}`, `${m}${t}`];
        expect(call(quantityEqual, a, b)).toBe(call(quantityToBytes, a) === call(quantityToBytes, b));
      }),
    );
  });

  test.each([
    ["x", "1", 0],
    ["1", "1 Gi", 1],
    ["x", "y", 0],
  ])("refuses %j, %j at the right argument", (a, b, argument) => {
    expect(errorOf(quantityEqual, a, b)).toEqual([expect.stringMatching(/must be a quantity/), argument]);
  });
});
