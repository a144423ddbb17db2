import type { Json } from "../base/json.ts";
import { canonicalNumber, formatNumber } from "./number.ts";
import type { Path } from "./path.ts";
import { dynamicType, type Type } from "./type.ts";
import { Dynamic, type Value, type ValueObject } from "./value.ts";
import { ValueError } from "./value-error.ts";
import { isMembers, isNumber } from "./value-kind.ts";

/**
 * Returns a JSON value as Terraform types an HCL literal of it: arrays are tuples, objects are objects, and a nested null has no
 * particular type. A null at the root is plain null. Throws ValueError `BadNumber` for NaN and infinity, which JSON does not have
 * either.
 */
export function dynamicFromJson(json: Json): Dynamic | null {
  const typed = infer(json, []);
  return typed.value === null ? null : new Dynamic(typed.type, typed.value);
}

function infer(json: Json, path: Path): { type: Type; value: Value } {
  if (json === null) return { type: dynamicType, value: null };
  if (typeof json === "string") return { type: { kind: "string" }, value: json.normalize("NFC") };
  if (typeof json === "boolean") return { type: { kind: "bool" }, value: json };
  if (typeof json === "number") {
    if (!Number.isFinite(json)) throw new ValueError("BadNumber", "JSON cannot express infinity or NaN", path);
    return { type: { kind: "number" }, value: canonicalNumber(json) };
  }
  if (Array.isArray(json)) {
    const items = json.map((item, index) => infer(item, [...path, { index }]));
    return {
      type: { kind: "tuple", elements: items.map((item) => item.type) },
      value: items.map((item) => item.value),
    };
  }
  const attributes: Record<string, Type> = Object.create(null);
  const value: ValueObject = Object.create(null);
  for (const [key, member] of Object.entries(json)) {
    const name = key.normalize("NFC");
    const inferred = infer(member, [...path, { attribute: key }]);
    attributes[name] = inferred.type;
    value[name] = inferred.value;
  }
  return { type: { kind: "object", attributes }, value };
}

/**
 * Returns the plain JSON of a value, without types. A fraction becomes the nearest double, as in every JSON parser (`1/3` has 154
 * digits in Terraform). Throws ValueError `UnknownValue` for an unknown part and `Inexact` for a whole number that a double cannot
 * represent exactly or that exceeds its range.
 */
export function jsonFromValue(value: Value): Json {
  return toJson(value, []);
}

function toJson(value: Value, path: Path): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (value instanceof Dynamic) return toJson(value.value, path);
  if (isNumber(value)) {
    const text = formatNumber(value);
    const number = Number(text);
    const isFraction = text.includes(".") && number !== 0;
    if (Number.isFinite(number) && (isFraction || formatNumber(number) === text)) return number;
    throw new ValueError("Inexact", "the number has more digits than JSON numbers keep; write it as a string", path);
  }
  if (Array.isArray(value)) return value.map((item, index) => toJson(item, [...path, { index }]));
  if (!isMembers(value)) throw new ValueError("UnknownValue", "the value is not known yet", path);
  // fromEntries defines properties instead of assigning them: a key `__proto__` stays a key.
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, toJson(member, [...path, { attribute: key }])]),
  );
}
