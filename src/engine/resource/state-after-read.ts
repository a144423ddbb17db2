import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { objectType, wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value, ValueObject } from "../../values/value.ts";
import { asObject, zipElements } from "../nested.ts";
import { isSame } from "./plan-object.ts";
import { completed, observedObject } from "./state-after-apply.ts";

/**
 * The state after a read. A key that the platform's answer does not have keeps its stored value (settings of ours such as
 * `wait_for`); the stored spelling stays where it means the same; an optional attribute that was never set stays null, whatever
 * others did with it (design §4 rule 1). After an import everything that is there is wanted.
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
        : stateAfterRead(attributes, asObject(before), asObject(now), imported);
  if (nesting !== "set" || !Array.isArray(live))
    return zipElements(nesting, live, stored, (now, before) => one(before, now));
  // An element of a set is the stored one where reading it changes nothing.
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
