import { Decimal, Dynamic, Unknown, type Value } from "./value.ts";

/** Whether the value contains an unknown. */
export function containsUnknown(value: Value): boolean {
  if (value instanceof Unknown) return true;
  if (value instanceof Dynamic) return containsUnknown(value.value);
  if (value === null || typeof value !== "object" || value instanceof Decimal) return false;
  return Array.isArray(value) ? value.some(containsUnknown) : Object.values(value).some(containsUnknown);
}

/** Whether the value contains no unknown. */
export const isWhollyKnown = (value: Value): boolean => !containsUnknown(value);
