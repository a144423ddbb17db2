import type { Attribute, Attributes } from "../schema/declaration.ts";
import { objectType, wireType } from "../schema/kind.ts";
import { valuesEqual } from "../values/equal.ts";
import type { Type } from "../values/type.ts";
import { Dynamic, Unknown, type Value, type ValueObject } from "../values/value.ts";
import { isMembers } from "../values/value-kind.ts";
import { isSame } from "./plan-object.ts";
import { asObject, mapElements } from "./value-object.ts";

/**
 * The state after an apply: what was planned as known stays as planned (core insists, and the own keys were read back before),
 * what was unknown takes the observed value.
 */
export function settle(attributes: Attributes, planned: ValueObject, observed: ValueObject): ValueObject {
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] =
      attribute.mode === "writeOnly" ? null : settleValue(attribute, planned[name] ?? null, observed[name] ?? null);
  }
  return state;
}

function settleValue(attribute: Attribute, planned: Value, observed: Value): Value {
  if (planned instanceof Unknown) return attribute.kind.plain ? observed : completed(attribute, observed);
  if (planned === null || attribute.kind.plain) return planned;
  const { nesting, attributes } = attribute.kind;
  const one = (element: Value, seen: Value | undefined): Value => {
    if (element === null) return null;
    const from = seen === undefined || seen === null ? Object.create(null) : asObject(seen);
    return element instanceof Unknown ? observedObject(attributes, from) : settle(attributes, asObject(element), from);
  };
  if (nesting === "single") return one(planned, observed);
  if (Array.isArray(planned)) {
    return planned.map((element, index) =>
      nesting === "set" ? one(element, undefined) : one(element, Array.isArray(observed) ? observed[index] : undefined),
    );
  }
  const seen = observed === null ? Object.create(null) : asObject(observed);
  const settled: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(asObject(planned))) settled[key] = one(element, seen[key]);
  return settled;
}

/** An observed value as part of a state: with every key, and without the write-only ones, whatever was observed. */
function completed(attribute: Attribute, observed: Value): Value {
  const { kind } = attribute;
  if (observed === null || kind.plain) return observed;
  return mapElements(kind.nesting, observed, (element) =>
    element === null ? null : observedObject(kind.attributes, element),
  );
}

function observedObject(attributes: Attributes, observed: Value): ValueObject {
  const from = asObject(observed);
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] = attribute.mode === "writeOnly" ? null : completed(attribute, from[name] ?? null);
  }
  return state;
}

/**
 * The state without nulls where the plan had promised a value: an apply that was interrupted may not have learnt it yet. An empty
 * value stands there until the next read; null would make Terraform report a fault of the provider and taint what was created.
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

/** Every unknown becomes null: what a failed apply may store. */
export function forgetUnknown(value: Value): Value {
  if (value instanceof Unknown) return null;
  if (Array.isArray(value)) return value.map(forgetUnknown);
  if (value instanceof Dynamic) return new Dynamic(value.type, forgetUnknown(value.value));
  if (!isMembers(value)) return value;
  const known: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(value)) known[key] = forgetUnknown(element);
  return known;
}

/**
 * The state after a read. A key that the platform's answer does not have keeps its stored value (settings of ours such as
 * `wait_for`); the stored spelling stays where it means the same; an optional attribute that was never set stays nobody's
 * business, whatever others did with it (design §4 rule 1). After an import everything that is there is wanted.
 */
export function foldRead(
  attributes: Attributes,
  stored: ValueObject,
  live: Partial<ValueObject>,
  imported: boolean,
): ValueObject {
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] = foldValue(attribute, stored[name] ?? null, live[name], imported);
  }
  return state;
}

function foldValue(attribute: Attribute, stored: Value, live: Value | undefined, imported: boolean): Value {
  if (attribute.mode === "writeOnly") return null;
  if (live === undefined) return stored === null && imported ? attribute.default : stored;
  if (stored === null && attribute.mode === "optional" && !imported) return null;
  // Nothing there and nothing asked for look alike to the platform.
  if (stored === null && isEmpty(live) && (attribute.mode === "optional" || !imported)) return attribute.default;
  if (isEmpty(stored) && (live === null || isEmpty(live))) return stored;
  if (live === null || stored === null) return completed(attribute, live);
  if (attribute.kind.plain) {
    const keep = isSame(attribute, stored, live) || valuesEqual(stored, live, wireType(attribute.kind));
    return keep ? stored : live;
  }
  const { nesting, attributes } = attribute.kind;
  const one = (before: Value | undefined, now: Value): Value =>
    now === null
      ? null
      : before === undefined || before === null
        ? observedObject(attributes, now)
        : foldRead(attributes, asObject(before), asObject(now), imported);
  if (nesting === "single") return one(stored, live);
  if (Array.isArray(live)) {
    const before = Array.isArray(stored) ? [...stored] : [];
    if (nesting === "list") return live.map((element, index) => one(before[index], element));
    // An element of a set is the stored one when folding it in changes nothing.
    return live.map((element) => {
      const same = before.findIndex((candidate) =>
        valuesEqual(candidate, one(candidate, element), objectType(attributes)),
      );
      return one(same < 0 ? undefined : before.splice(same, 1)[0], element);
    });
  }
  const before = asObject(stored);
  const folded: ValueObject = Object.create(null);
  for (const [key, element] of Object.entries(asObject(live))) folded[key] = one(before[key], element);
  return folded;
}

const isEmpty = (value: Value): boolean =>
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === null &&
    Object.keys(value).length === 0);
