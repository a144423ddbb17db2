import type { Json } from "./json.ts";

/**
 * A Kubernetes quantity as an exact fraction: `value = numerator / denominator`, in base units (bytes, cores).
 * BigInt fractions, because `0.1` and `100m` must compare equal, which doubles do not guarantee.
 */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const shape =
  /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?[0-9]+(?:\.[0-9]*)?))?$/;

const binary: Readonly<Record<string, bigint>> = {
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  Pi: 2n ** 50n,
  Ei: 2n ** 60n,
};

/** Decimal suffixes as powers of ten. */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * Parses a quantity as the platform accepts it: an integer or a string of the pattern in platform.md §3 (legend `q`).
 * Returns undefined for anything else, and for exponents beyond ±30.
 */
export function parseQuantity(value: Json | undefined): Quantity | undefined {
  const text = typeof value === "number" && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const match = shape.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = "", onlyFraction, binarySuffix, decimalSuffix, exponent] = match;
  const decimals = onlyFraction ?? fraction;
  let numerator = BigInt(`${whole ?? ""}${decimals}` || "0");
  let power = -decimals.length;
  if (binarySuffix !== undefined) numerator *= binary[binarySuffix] ?? 1n;
  if (decimalSuffix !== undefined) power += decimal[decimalSuffix] ?? 0;
  if (exponent !== undefined) {
    const tens = Number(exponent);
    if (!Number.isInteger(tens) || Math.abs(tens) > 30) return undefined;
    power += tens;
  }
  if (sign === "-") numerator = -numerator;
  return power >= 0
    ? { numerator: numerator * 10n ** BigInt(power), denominator: 1n }
    : { numerator, denominator: 10n ** BigInt(-power) };
}

/** Returns a negative number, zero or a positive number as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether two spellings denote the same amount: `2Gi` and `2048Mi`, `4` and `"4"`, `0.5` and `500m`. */
export function quantityEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  const left = parseQuantity(a);
  const right = parseQuantity(b);
  return left !== undefined && right !== undefined && compareQuantities(left, right) === 0;
}

export const zeroQuantity: Quantity = { numerator: 0n, denominator: 1n };

export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

export const multiplyQuantity = ({ numerator, denominator }: Quantity, factor: number): Quantity => ({
  numerator: numerator * BigInt(factor),
  denominator,
});

export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => addQuantities(a, multiplyQuantity(b, -1));

/** Returns the amount as a whole number, rounded up as Kubernetes rounds. */
export function roundUpQuantity({ numerator, denominator }: Quantity): bigint {
  const whole = numerator / denominator;
  return numerator > 0n && whole * denominator !== numerator ? whole + 1n : whole;
}

/**
 * Returns the text of an amount: `binary` for bytes, with the largest suffix that keeps it exact (`1536Mi`), `decimal` for everything
 * else, in thousandths where it is not whole (`1500m`). Both round up.
 */
export function formatQuantity(amount: Quantity, style: "binary" | "decimal"): string {
  if (style === "decimal") {
    const milli = roundUpQuantity(multiplyQuantity(amount, 1000));
    return milli % 1000n === 0n ? String(milli / 1000n) : `${milli}m`;
  }
  const bytes = roundUpQuantity(amount);
  const suffix = Object.entries(binary).findLast(([, unit]) => bytes !== 0n && bytes % unit === 0n);
  return suffix === undefined ? String(bytes) : `${bytes / suffix[1]}${suffix[0]}`;
}
