import { didYouMean, durationMeant, got } from "../base/did-you-mean.ts";

/** Returns a message with the allowed values for an invalid value; undefined for a valid one. */
export type Check<T> = (value: T) => string | undefined;

export const atLeast =
  (least: number): Check<number> =>
  (value) =>
    value >= least ? undefined : `must be at least ${least}; got ${value}`;

export const between =
  (least: number, most: number): Check<number> =>
  (value) =>
    value >= least && value <= most ? undefined : `must be between ${least} and ${most}; got ${value}`;

/** A whole number that the platform stores in 32 bits. */
export const countFrom = (least: number): Check<number> => all(atLeast(least), between(least, 2 ** 31 - 1));

export const oneOf =
  (...allowed: readonly string[]): Check<string> =>
  (value) => {
    if (allowed.includes(value)) return undefined;
    const meant = didYouMean(value, allowed);
    const list = allowed.map((item) => `"${item}"`).join(", ");
    return `must be one of ${list}; ${got(value)}${meant === "" ? "" : `.${meant}`}`;
  };

/** Applies a check to each element of a list or set; returns the first complaint. */
export const each =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (values) => {
    for (const value of values) {
      const complaint = check(value);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };

/** Rejects duplicate elements of a list. */
export const unique: Check<readonly string[]> = (values) => {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  return twice === undefined ? undefined : `must not hold the same value twice; ${got(twice)} twice`;
};

export const notEmpty: Check<string> = (value) => (value === "" ? "must not be empty" : undefined);

/** Applies all checks in order; returns the first complaint. */
export const all =
  <T>(...checks: readonly Check<T>[]): Check<T> =>
  (value) => {
    for (const check of checks) {
      const complaint = check(value);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  };

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Returns the milliseconds of a Go-style duration such as `45m`, `1h30m`, `90s`; undefined if the text is invalid. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  }
  return total;
}

export const duration: Check<string> = (value) => {
  if (parseDuration(value) !== undefined) return undefined;
  const meant = durationMeant(value);
  return `must be a duration such as "45m" or "1h30m"; ${got(value)}${meant === undefined ? "" : `. Did you mean \`${meant}\`?`}`;
};

/** A duration greater than 0. */
export const positiveDuration: Check<string> = (value) =>
  duration(value) ?? (parseDuration(value) === 0 ? `must be longer than 0; ${got(value)}` : undefined);
