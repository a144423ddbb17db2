import { isJsonObject, type Json } from "../../src/base/json.ts";
import type { Exception } from "./exceptions.ts";

export interface Difference {
  readonly path: string;
  readonly ours: Json | undefined;
  readonly theirs: Json | undefined;
}

/**
 * Where two JSON values differ, as JSON pointers, beyond the exceptions; the order of keys does not matter.
 *
 * @param used is told each exception that was needed.
 */
export function differences(
  ours: Json | undefined,
  theirs: Json | undefined,
  exceptions: readonly Exception[],
  used: (exception: Exception) => void,
  path = "",
): Difference[] {
  if (ours === theirs) return [];
  const excepted = exceptions.find((exception) => exception.path.test(path));
  if (excepted?.alike(ours, theirs)) {
    used(excepted);
    return [];
  }
  const within = (key: string, a: Json | undefined, b: Json | undefined) =>
    differences(a, b, exceptions, used, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const length = Math.max(ours.length, theirs.length);
    return Array.from({ length }, (_, index) => within(String(index), ours[index], theirs[index])).flat();
  }
  if (isJsonObject(ours) && isJsonObject(theirs)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...keys].flatMap((key) => within(key, ours[key], theirs[key]));
  }
  return [{ path, ours, theirs }];
}

/** A difference in three lines for people. */
export function describeDifference({ path, ours, theirs }: Difference): string {
  return [`    at ${path || "the whole"}`, `      sandbox  ${brief(ours)}`, `      recorded ${brief(theirs)}`].join(
    "\n",
  );
}

function brief(value: Json | undefined): string {
  const text = value === undefined ? "(absent)" : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
