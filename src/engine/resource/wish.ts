import type { Attribute, Attributes, Nesting } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value, ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";
import { zipElements } from "../nested.ts";
import { forgetUnknown } from "./state-after-apply.ts";

/**
 * The paths that a configuration sets, `block.attribute` for what stands in a block. Core applies `ignore_changes` to the
 * configuration of a plan and not to that of an apply, so this is asked of the former and handed to the latter.
 */
export function configuredPaths(attributes: Attributes, config: ValueObject, prefix = ""): string[] {
  return Object.entries(attributes).flatMap(([name, { kind }]) => {
    const value = config[name] ?? null;
    if (value === null) return [];
    const path = `${prefix}${name}`;
    if (kind.plain || kind.nesting !== "single" || !isMembers(value)) return [path];
    return [path, ...configuredPaths(kind.attributes, value, `${path}.`)];
  });
}

/** No attribute at all, not even one that every object inherits. */
const nothing: ValueObject = Object.freeze(Object.create(null));

/** Settings of the provider itself are always the owner's, and so is what has a default of the provider's. */
const isAlwaysOwn = ({ providerOnly, default: value }: Attribute): boolean => providerOnly || value !== null;

/**
 * The desired state: the planned values of configured attributes (`set`), null elsewhere. Only write-only values, which no plan
 * holds, come from the configuration.
 */
export function wishOf(
  attributes: Attributes,
  planned: ValueObject,
  config: ValueObject,
  set: ReadonlySet<string>,
  prefix = "",
): ValueObject {
  const wish: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    const path = `${prefix}${name}`;
    const [value, configured] = [planned[name] ?? null, config[name] ?? null];
    const { kind } = attribute;
    if (attribute.mode === "writeOnly") wish[name] = configured;
    else if (!set.has(path) && !isAlwaysOwn(attribute)) wish[name] = null;
    else if (!kind.plain && kind.nesting === "single" && isMembers(value)) {
      wish[name] = wishOf(kind.attributes, value, isMembers(configured) ? configured : nothing, set, `${path}.`);
    } else if (kind.plain) wish[name] = forgetUnknown(value);
    else wish[name] = wishOfElements(kind.nesting, kind.attributes, value, configured);
  }
  return wish;
}

/** The elements of a collection of objects belong to its owner as a whole. */
function wishOfElements(nesting: Nesting, attributes: Attributes, planned: Value, config: Value): Value {
  if (!Array.isArray(planned) && !isMembers(planned)) return forgetUnknown(planned);
  return zipElements(nesting, planned, config, (element, configured) => {
    if (!isMembers(element)) return forgetUnknown(element);
    const from = configured !== undefined && isMembers(configured) ? configured : nothing;
    return wishOf(attributes, element, from, new Set(configuredPaths(attributes, element)));
  });
}

/**
 * What the owner had wished before, as far as this apply may touch it: what is still configured, and whatever the plan changes.
 * A wish that equals it is not written; what stands in it and in no wish is given back to the platform.
 */
export function formerWish(
  attributes: Attributes,
  prior: ValueObject,
  planned: ValueObject,
  set: ReadonlySet<string>,
  prefix = "",
): ValueObject {
  const former: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    const path = `${prefix}${name}`;
    const [before, after] = [prior[name] ?? null, planned[name] ?? null];
    const { kind, mode } = attribute;
    former[name] = null;
    if (mode === "computed" || mode === "writeOnly" || before === null) continue;
    if (!kind.plain && kind.nesting === "single" && isMembers(before) && isMembers(after)) {
      const inner = formerWish(kind.attributes, before, after, set, `${path}.`);
      if (set.has(path) || Object.values(inner).some((value) => value !== null)) former[name] = inner;
    } else if (set.has(path) || isAlwaysOwn(attribute) || !valuesEqual(before, after, wireType(kind))) {
      former[name] = before;
    }
  }
  return former;
}
