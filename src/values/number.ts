import { Decimal } from "./value.ts";
import { ValueError } from "./value-error.ts";

/** Maximum absolute exponent: a dozen characters must not expand to megabytes. */
const MAX_EXPONENT = 100_000;

const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;

/**
 * Parses decimal text into canonical form: a safe integer as a JS number, any other number as a Decimal with every digit. `-0` is 0.
 * Throws ValueError `BadNumber` for other text, including NaN and infinity.
 */
export function parseNumber(text: string): number | Decimal {
  const match = NUMBER.exec(text);
  const [, sign, whole = "", fraction = "", exponentText] = match ?? [];
  if (match === null || whole.length + fraction.length === 0) {
    throw new ValueError("BadNumber", "a number in decimal notation is required");
  }
  const exponent = exponentText === undefined ? 0 : Number(exponentText);
  if (Math.abs(exponent) > MAX_EXPONENT) {
    throw new ValueError("BadNumber", `numbers with an exponent beyond ±${MAX_EXPONENT} are not supported`);
  }
  const digits = whole + fraction;
  const point = whole.length + exponent;
  const integer = (point <= 0 ? "" : digits.slice(0, point).padEnd(point, "0")).replace(/^0+/, "");
  const decimals = trimTrailingZeros(point < 0 ? "0".repeat(-point) + digits : digits.slice(point));
  if (integer === "" && decimals === "") return 0;
  const minus = sign === "-" ? "-" : "";
  if (decimals === "") {
    // Up to 15 digits are always safe; 16 may be.
    if (integer.length <= 16) {
      const value = Number(minus + integer);
      if (Number.isSafeInteger(value)) return value;
    }
    return new Decimal(minus + integer);
  }
  return new Decimal(`${minus}${integer === "" ? "0" : integer}.${decimals}`);
}

/**
 * Returns any number in canonical form: 1.5 becomes Decimal("1.5"), Decimal("5") becomes 5, -0 becomes 0. Infinity stays a JS number,
 * which MessagePack supports. Throws ValueError `BadNumber` for NaN.
 */
export function canonicalNumber(value: number | Decimal): number | Decimal {
  if (typeof value !== "number") return parseNumber(value.text);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (Number.isNaN(value)) throw new ValueError("BadNumber", "NaN is not a number Terraform can hold");
  return Number.isFinite(value) ? parseNumber(String(value)) : value;
}

/** Returns canonical decimal text without exponent: `-?digits[.digits]`. Infinity is `Infinity`. */
export function formatNumber(value: number | Decimal): string {
  return String(canonicalNumber(value));
}

export function numbersEqual(a: number | Decimal, b: number | Decimal): boolean {
  return a === b || formatNumber(a) === formatNumber(b);
}

/** Returns a negative number, zero or a positive number as `a` is less than, equal to or greater than `b`; exact for all digits. */
export function compareNumbers(a: number | Decimal, b: number | Decimal): number {
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a < b ? -1 : 1;
  if (a === Number.POSITIVE_INFINITY || b === Number.NEGATIVE_INFINITY) return 1;
  if (b === Number.POSITIVE_INFINITY || a === Number.NEGATIVE_INFINITY) return -1;
  const left = formatNumber(a);
  const right = formatNumber(b);
  const leftNegative = left.startsWith("-");
  if (leftNegative !== right.startsWith("-")) return leftNegative ? -1 : 1;
  return leftNegative ? compareUnsigned(right.slice(1), left.slice(1)) : compareUnsigned(left, right);
}

function compareUnsigned(a: string, b: string): number {
  const [wholeA = "", fractionA = ""] = a.split(".");
  const [wholeB = "", fractionB = ""] = b.split(".");
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  // Canonical fractions have no trailing zero, so comparing their text compares their values.
  return fractionA === fractionB ? 0 : fractionA < fractionB ? -1 : 1;
}

function trimTrailingZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x30) end--;
  return text.slice(0, end);
}
