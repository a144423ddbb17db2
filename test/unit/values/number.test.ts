import { describe, expect, test } from "vitest";
import {
  canonicalNumber,
  compareNumbers,
  formatNumber,
  numbersEqual,
  parseNumber,
} from "../../../src/values/number.ts";
import { Decimal } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import fc from "../../support/fast-check.ts";
import { anyDecimalText } from "../../support/values/arbitrary.ts";

describe("parseNumber", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["-0.000", 0],
    ["+7", 7],
    ["007", 7],
    ["1.0", 1],
    ["1e3", 1000],
    ["12.5e1", 125],
    ["1200e-2", 12],
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
  ])("%s is the safe integer %d", (text, value) => {
    expect(Object.is(parseNumber(text), value)).toBe(true);
  });

  test.each([
    ["9007199254740992", "9007199254740992"],
    ["9007199254740993", "9007199254740993"],
    ["0.1", "0.1"],
    [".5", "0.5"],
    ["-1.50", "-1.5"],
    ["1e-3", "0.001"],
    ["123e-2", "1.23"],
    ["1e300", `1${"0".repeat(300)}`],
    ["1.0000000000000000000001", "1.0000000000000000000001"],
    ["-5e-324", `-0.${"0".repeat(323)}5`],
  ])("%s keeps its digits", (text, canonical) => {
    expect(parseNumber(text)).toEqual(new Decimal(canonical));
  });

  test.each([
    "",
    ".",
    "-",
    "e5",
    "1e",
    "NaN",
    "Infinity",
    "0x10",
    "1_000",
    " 1",
    "1 ",
    "1e100001",
    "1e-100001",
    "1e99999999999",
  ])("%j is refused", (text) => {
    expect(() => parseNumber(text)).toThrow(ValueError);
  });

  test("a canonical text is its own canonical text", () => {
    fc.assert(
      fc.property(anyDecimalText, (text) => {
        const canonical = formatNumber(parseNumber(text));
        expect(canonical).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/);
        expect(formatNumber(parseNumber(canonical))).toBe(canonical);
      }),
    );
  });
});

test("a double becomes its shortest decimal, and NaN nothing", () => {
  expect(canonicalNumber(1.5)).toEqual(new Decimal("1.5"));
  expect(canonicalNumber(1e21)).toEqual(new Decimal(`1${"0".repeat(21)}`));
  expect(canonicalNumber(new Decimal("5"))).toBe(5);
  expect(Object.is(canonicalNumber(-0), 0)).toBe(true);
  expect(() => canonicalNumber(Number.NaN)).toThrow("NaN");
});

test("numbers are equal by their digits, however they are held", () => {
  expect(numbersEqual(5, new Decimal("5.0"))).toBe(true);
  expect(numbersEqual(0.1, new Decimal("0.1"))).toBe(true);
  expect(numbersEqual(new Decimal("9007199254740993"), 9007199254740992)).toBe(false);
});

test("comparison agrees with exact arithmetic", () => {
  const scaled = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(scaled, scaled, ([a, left], [b, right]) => {
      const exact = a * 10n ** BigInt(right) - b * 10n ** BigInt(left);
      const compared = compareNumbers(parseNumber(`${a}e-${left}`), parseNumber(`${b}e-${right}`));
      expect(Math.sign(compared)).toBe(exact === 0n ? 0 : exact < 0n ? -1 : 1);
    }),
  );
  expect(compareNumbers(Number.POSITIVE_INFINITY, new Decimal("1e300"))).toBeGreaterThan(0);
  expect(compareNumbers(Number.NEGATIVE_INFINITY, new Decimal("1e300"))).toBeLessThan(0);
});
