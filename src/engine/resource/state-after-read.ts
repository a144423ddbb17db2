import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { objectType, wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value, ValueObject } from "../../values/value.ts";
import { asObject, zipElements } from "../nested.ts";
import { isSame } from "./plan-object.ts";
import { completed, observedObject } from "./state-after-apply.ts";

/**
 * Returns the state after a read. A key missing from the platform's response keeps its stored value (provider settings such as
 * `wait_for`). The stored spelling is kept if it is semantically equal. An optional attribute that was never set stays null, whatever
 * other writers set (design §4 rule 1). After an import every observed value is stored.
 */
export function stateAfterRead(
  attributes: Attributes,
  stored: ValueObject,
  live: Partial<ValueObject>,
  imported: boolean,
): ValueObject {
  const state: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    state[name] = valueAfterRead(attribute, stored[name] ?? null, live[name], imported);
  }
  return state;
}

function valueAfterRead(attribute: Attribute, stored: Value, live: Value | undefined, imported: boolean): Value {
  if (attribute.mode === "writeOnly") return null;
  if (live === undefined) return stored === null && imported ? attribute.default : stored;
  if (stored === null && attribute.mode === "optional" && !imported) return null;
  // The platform does not distinguish an empty value from an unset one.
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
        : stateAfterRead(attributes, asObject(before), asObject(now), imported);
  if (nesting !== "set" || !Array.isArray(live))
    return zipElements(nesting, live, stored, (now, before) => one(before, now));
  // An element of a set is the stored one if reading it changes nothing.
  const before = Array.isArray(stored) ? [...stored] : [];
  return live.map((element) => {
    const same = before.findIndex((candidate) =>
      valuesEqual(candidate, one(candidate, element), objectType(attributes)),
    );
    return one(same < 0 ? undefined : before.splice(same, 1)[0], element);
  });
}

const isEmpty = (value: Value): boolean =>
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === null &&
    Object.keys(value).length === 0);
