import { compareByteOrder } from "./byte-order.ts";
import { containsUnknown } from "./known.ts";
import { elementType, memberType } from "./member-type.ts";
import { compareNumbers, formatNumber } from "./number.ts";
import type { Type } from "./type.ts";
import { typeToJson } from "./type-json.ts";
import { Dynamic, Unknown, type Value } from "./value.ts";
import { isNumber } from "./value-kind.ts";

/**
 * Returns the elements of a set without duplicates and in Terraform's order: strings by their bytes, numbers by value, false before
 * true, unknown after known, null last; all others in a deterministic order. Two unknown elements are not duplicates.
 */
export function normalizeSet(elements: readonly Value[], elementType: Type): Value[] {
  if (elements.length < 2) return [...elements];
  const seen = new Set<string>();
  const keyed: { element: Value; key: string }[] = [];
  for (const element of elements) {
    const key = canonicalKey(element, elementType);
    if (!containsUnknown(element)) {
      if (seen.has(key)) continue;
      seen.add(key);
    }
    keyed.push({ element, key });
  }
  return keyed.sort((a, b) => compareElements(a, b)).map(({ element }) => element);
}

/** Returns a text that is equal for two values of a type if and only if the values are equal. */
export function canonicalKey(value: Value, type: Type): string {
  if (value === null) return "~";
  if (value instanceof Unknown) return "?";
  if (value instanceof Dynamic) return `<${typeToJson(value.type)}>${canonicalKey(value.value, value.type)}`;
  if (typeof value === "string") return JSON.stringify(value.normalize("NFC"));
  if (isNumber(value)) return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    const ordered = type.kind === "set" ? normalizeSet(value, type.element) : value;
    return `[${ordered.map((element, index) => canonicalKey(element, elementType(type, index))).join(",")}]`;
  }
  const attributes = Object.entries(value)
    .sort(([a], [b]) => compareByteOrder(a, b))
    .map(([key, element]) => `${JSON.stringify(key.normalize("NFC"))}:${canonicalKey(element, memberType(type, key))}`);
  return `{${attributes.join(",")}}`;
}

function compareElements(a: { element: Value; key: string }, b: { element: Value; key: string }): number {
  const rank = rankOf(a.element) - rankOf(b.element);
  if (rank !== 0) return rank;
  if (isNumber(a.element) && isNumber(b.element)) return compareNumbers(a.element, b.element);
  if (typeof a.element === "string" && typeof b.element === "string") {
    return compareByteOrder(a.element.normalize("NFC"), b.element.normalize("NFC"));
  }
  return compareByteOrder(a.key, b.key);
}

function rankOf(element: Value): number {
  return element === null ? 2 : element instanceof Unknown ? 1 : 0;
}
