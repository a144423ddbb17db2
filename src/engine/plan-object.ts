import type { Attribute, Attributes } from "../schema/attribute.ts";
import { wireType } from "../schema/kind.ts";
import { valuesEqual } from "../values/equal.ts";
import type { Path } from "../values/path.ts";
import { UNKNOWN, Unknown, type Value, type ValueObject } from "../values/value.ts";
import { asObject } from "./value-object.ts";

/**
 * The general part of a plan, in the order of protocol.md §4.2: defaults where the configuration says nothing, the prior value
 * for what the provider computes, write-only values gone, and the user's spelling kept where two spellings mean the same.
 */
export function planObject(attributes: Attributes, config: ValueObject, prior: ValueObject | null): ValueObject {
  const plan: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    plan[name] = planAttribute(attribute, config[name] ?? null, prior === null ? undefined : (prior[name] ?? null));
  }
  return plan;
}

/** `prior` is undefined where there is no prior object, null where it holds null. */
function planAttribute(attribute: Attribute, config: Value, prior: Value | undefined): Value {
  if (attribute.mode === "writeOnly") return null;
  if (config === null) {
    if (attribute.mode === "computed" || attribute.mode === "optionalComputed") {
      return prior === undefined ? UNKNOWN : prior;
    }
    return attribute.default;
  }
  if (config instanceof Unknown) return config;
  if (!attribute.kind.plain) return planNested(attribute, config, prior ?? null);
  if (prior === undefined || prior === null || prior instanceof Unknown) return config;
  if (isSame(attribute, prior, config)) return prior;
  return config;
}

function planNested(attribute: Attribute, config: Value, prior: Value): Value {
  if (attribute.kind.plain) return config;
  const { nesting, attributes } = attribute.kind;
  const one = (element: Value, before: Value | undefined): Value =>
    element instanceof Unknown || element === null
      ? element
      : planObject(attributes, asObject(element), asPrior(before));
  switch (nesting) {
    case "single":
      return one(config, prior);
    case "list":
      return Array.isArray(config)
        ? config.map((element, index) => one(element, Array.isArray(prior) ? prior[index] : undefined))
        : config;
    case "set":
      return Array.isArray(config) ? config.map((element) => one(element, undefined)) : config;
    case "map": {
      const before = asPrior(prior);
      const planned: ValueObject = Object.create(null);
      for (const [key, element] of Object.entries(asObject(config))) planned[key] = one(element, before?.[key]);
      return planned;
    }
  }
}

const asPrior = (value: Value | undefined): ValueObject | null =>
  value === undefined || value === null || value instanceof Unknown ? null : asObject(value);

/** Whether two known values of an attribute mean the same although they may be spelt differently. */
export function isSame(attribute: Attribute, a: Value, b: Value): boolean {
  if (attribute.same === undefined) return false;
  return (attribute.same as (a: Value, b: Value) => boolean)(a, b);
}

/**
 * Once anything changes, what the platform computes anew is unknown. What is `stable`, and what the configuration leaves to
 * the platform although it could set it, keeps its value: an update touches own keys only.
 */
export function markUnknown(attributes: Attributes, config: ValueObject, plan: ValueObject): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const configured = config[name] ?? null;
    if (configured === null) {
      const computes = attribute.mode === "computed" || attribute.mode === "optionalComputed";
      if (computes && (!attribute.stable || plan[name] === null)) plan[name] = UNKNOWN;
      continue;
    }
    if (attribute.kind.plain || configured instanceof Unknown) continue;
    const { nesting, attributes: inner } = attribute.kind;
    const planned = plan[name] ?? null;
    if (planned === null || planned instanceof Unknown) continue;
    if (nesting === "single") markUnknown(inner, asObject(configured), asObject(planned));
    else if (nesting === "list" && Array.isArray(configured) && Array.isArray(planned)) {
      configured.forEach((element, index) => {
        const target = planned[index];
        if (isObjectValue(element) && target !== undefined && isObjectValue(target))
          markUnknown(inner, element, target);
      });
    } else if (nesting === "map") {
      const targets = asObject(planned);
      for (const [key, element] of Object.entries(asObject(configured))) {
        const target = targets[key];
        if (isObjectValue(element) && target !== undefined && isObjectValue(target))
          markUnknown(inner, element, target);
      }
    }
  }
}

const isObjectValue = (value: Value): value is ValueObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** Paths of the attributes whose change replaces the resource. */
export function replacePaths(attributes: Attributes, prior: ValueObject, plan: ValueObject): Path[] {
  const paths: Path[] = [];
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!attribute.replaces) continue;
    if (!valuesEqual(prior[name] ?? null, plan[name] ?? null, wireType(attribute.kind))) {
      paths.push([{ attribute: name }]);
    }
  }
  return paths;
}
