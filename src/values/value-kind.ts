import { Decimal, Dynamic, Unknown, type Value, type ValueObject } from "./value.ts";

/** Whether the value is a map or an object. */
export function isMembers(value: Value): value is ValueObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Decimal) &&
    !(value instanceof Dynamic) &&
    !(value instanceof Unknown)
  );
}

/** Whether the value is a number, as a JS number or a Decimal. */
export function isNumber(value: Value): value is number | Decimal {
  return typeof value === "number" || value instanceof Decimal;
}
