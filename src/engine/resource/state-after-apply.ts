import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import type { Type } from "../../values/type.ts";
import { Dynamic, Unknown, type Value, type ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";
import { asObject, mapElements, zipElements } from "../nested.ts";

/**
 * Returns the state after an apply: known planned values stay as planned (core requires it, and the managed keys have been read back),
 * unknown ones take the observed value.
 */
export function stateAfterApply(attributes: Attributes, planned: ValueObject, observed: ValueObject): ValueObject {
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] =
      attribute.mode === "writeOnly" ? null : valueAfterApply(attribute, planned[name] ?? null, observed[name] ?? null);
  }
  return state;
}

function valueAfterApply(attribute: Attribute, planned: Value, observed: Value): Value {
  if (planned instanceof Unknown) return attribute.kind.plain ? observed : completed(attribute, observed);
  if (planned === null || attribute.kind.plain) return planned;
  const { nesting, attributes } = attribute.kind;
  return zipElements(nesting, planned, observed, (element, seen) => {
    if (element === null) return null;
    const from = seen === undefined || seen === null ? Object.create(null) : asObject(seen);
    return element instanceof Unknown
      ? observedObject(attributes, from)
      : stateAfterApply(attributes, asObject(element), from);
  });
}

/** Returns an observed value as part of a state: with every key, and with null for write-only attributes. */
export function completed(attribute: Attribute, observed: Value): Value {
  const { kind } = attribute;
  if (observed === null || kind.plain) return observed;
  return mapElements(kind.nesting, observed, (element) =>
    element === null ? null : observedObject(kind.attributes, element),
  );
}

export function observedObject(attributes: Attributes, observed: Value): ValueObject {
  const from = asObject(observed);
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] = attribute.mode === "writeOnly" ? null : completed(attribute, from[name] ?? null);
  }
  return state;
}

/**
 * Replaces nulls where the plan guaranteed a value: an interrupted apply may not have read it yet. The empty value is replaced by the
 * next read; null would make Terraform report a provider bug and taint the created resource.
 */
export function keepPromises(attributes: Attributes, planned: ValueObject, state: ValueObject): ValueObject {
  const kept: ValueObject = Object.create(null);
  for (const [name, { kind }] of Object.entries(attributes)) {
    const promise = planned[name];
    const broken = promise instanceof Unknown && promise.refinement.notNull === true && (state[name] ?? null) === null;
    kept[name] = broken ? emptyOf(wireType(kind)) : (state[name] ?? null);
  }
  return kept;
}

function emptyOf(type: Type): Value {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "number":
      return 0;
    case "list":
    case "set":
      return [];
    case "map":
      return Object.create(null) as ValueObject;
    default:
      return null;
  }
}

/** Replaces every unknown by null; a failed apply cannot store unknown values. */
export function forgetUnknown(value: Value): Value {
  if (value instanceof Unknown) return null;
  if (Array.isArray(value)) return value.map(forgetUnknown);
  if (value instanceof Dynamic) return new Dynamic(value.type, forgetUnknown(value.value));
  if (!isMembers(value)) return value;
  const known: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(value)) known[key] = forgetUnknown(element);
  return known;
}
