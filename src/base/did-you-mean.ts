/** Maximum edit distance between a mistyped and the intended name. */
const mostDistance = 2;

/** Longer names are not compared. */
const mostLength = 100;

/**
 * Returns the most likely candidates, at most two: the nearest within two typing mistakes (missing, added, wrong or swapped
 * characters; case is ignored); otherwise the candidates that contain the text, if there are no more than two.
 */
export function nearest(text: string, candidates: readonly string[]): string[] {
  if (text === "" || text.length > mostLength) return [];
  const wanted = text.toLowerCase();
  const distances = candidates.map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }));
  const least = Math.min(...distances.map(({ distance }) => distance));
  const near = distances.filter((one) => one.distance === least && least * 2 <= Math.max(text.length, 2));
  if (least <= mostDistance && near.length > 0) {
    // The shorter of equally near candidates is more likely: the text has additional characters, not wrong ones.
    const likelier = near.map(({ candidate }) => candidate).sort((a, b) => a.length - b.length);
    return likelier.slice(0, 2);
  }
  const containing = text.length < 3 ? [] : candidates.filter((candidate) => candidate.toLowerCase().includes(wanted));
  return containing.length <= 2 ? containing : [];
}

/** Returns ` Did you mean …?` with a leading space; an empty string if no candidate is near. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const found = nearest(text, candidates);
  return found.length === 0 ? "" : ` Did you mean ${found.map((one) => `\`${one}\``).join(" or ")}?`;
}

/** Levenshtein distance with transposition as one edit; not exact above `mostDistance`. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > mostDistance) return mostDistance + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const now = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const edits = [at(last, column) + 1, at(now, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1)];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) edits.push(at(before, column - 2) + 1);
      now.push(Math.min(...edits));
    }
    before = last;
    last = now;
  }
  return at(last, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? mostDistance + 1;

/** Formats a value for an error message, truncated to 80 characters. */
export const got = (value: string): string =>
  `got ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}`;

/** Converts `10 minutes` to `10m`; undefined for a text that does not resemble a duration. */
export function durationMeant(text: string): string | undefined {
  const units = "s|m|h|sec|min|hr|secs|mins|hrs|second|minute|hour|seconds|minutes|hours";
  const [, amount, unit] = new RegExp(`^\\s*(\\d+(?:\\.\\d+)?)\\s*(${units})\\s*$`, "i").exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : `${amount}${unit.charAt(0).toLowerCase()}`;
}
