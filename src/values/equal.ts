import { elementType, memberType } from "./member-type.ts";
import { numbersEqual } from "./number.ts";
import { canonicalKey } from "./set.ts";
import type { Type } from "./type.ts";
import { typeToJson } from "./type-json.ts";
import { Dynamic, Unknown, type Value } from "./value.ts";
import { isMembers, isNumber } from "./value-kind.ts";

export { containsUnknown, isWhollyKnown } from "./known.ts";

/**
 * Whether two values of one type are equal: numbers by their digits, strings after NFC, sets without order, dynamic values with their
 * types. Unknown equals unknown, so that two plans with the same unknown value are equal.
 */
export function valuesEqual(a: Value, b: Value, type: Type): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (a instanceof Unknown || b instanceof Unknown) return a instanceof Unknown && b instanceof Unknown;
  if (a instanceof Dynamic || b instanceof Dynamic) {
    return (
      a instanceof Dynamic &&
      b instanceof Dynamic &&
      typeToJson(a.type) === typeToJson(b.type) &&
      valuesEqual(a.value, b.value, a.type)
    );
  }
  if (typeof a === "string" || typeof b === "string") {
    return typeof a === "string" && typeof b === "string" && a.normalize("NFC") === b.normalize("NFC");
  }
  if (isNumber(a) || isNumber(b)) return isNumber(a) && isNumber(b) && numbersEqual(a, b);
  if (typeof a === "boolean" || typeof b === "boolean") return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b)) return false;
    if (type.kind === "set") return canonicalKey(a, type) === canonicalKey(b, type);
    return (
      a.length === b.length &&
      a.every((element, index) => valuesEqual(element, b[index] ?? null, elementType(type, index)))
    );
  }
  if (!isMembers(a) || !isMembers(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && valuesEqual(a[key] ?? null, b[key] ?? null, memberType(type, key)))
  );
}
