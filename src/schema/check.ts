/** What is wrong with a value, for the one who wrote it: says what is allowed. `undefined` when nothing is. */
export type Check<T> = (value: T) => string | undefined;

export const atLeast =
  (least: number): Check<number> =>
  (value) =>
    value >= least ? undefined : `must be at least ${least}, not ${value}`;

export const between =
  (least: number, most: number): Check<number> =>
  (value) =>
    value >= least && value <= most ? undefined : `must be between ${least} and ${most}, not ${value}`;

export const oneOf =
  (...allowed: readonly string[]): Check<string> =>
  (value) =>
    allowed.includes(value)
      ? undefined
      : `must be one of ${allowed.map((item) => `"${item}"`).join(", ")}, not ${JSON.stringify(value)}`;

export const notEmpty: Check<string> = (value) => (value === "" ? "must not be empty" : undefined);

/** All checks in turn; the first complaint counts. */
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

/** Milliseconds of a Go-style duration such as `45m`, `1h30m`, `90s`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  }
  return total;
}

export const duration: Check<string> = (value) =>
  parseDuration(value) === undefined
    ? `must be a duration such as "45m" or "1h30m", not ${JSON.stringify(value)}`
    : undefined;
