import type { Attribute, Attributes, Nesting } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value, ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";
import { zipElements } from "../nested.ts";
import { forgetUnknown } from "./state-after-apply.ts";

/**
 * Returns the paths that a configuration sets, `block.attribute` for attributes of a block. Core applies `ignore_changes` to the
 * configuration of a plan but not to that of an apply, so the plan computes the paths and passes them to the apply.
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

/** An object without any property, inherited ones included. */
const nothing: ValueObject = Object.freeze(Object.create(null));

/** Provider-only settings and attributes with a provider default are always managed. */
const isAlwaysOwn = ({ providerOnly, default: value }: Attribute): boolean => providerOnly || value !== null;

/**
 * Returns the desired settings: the planned values of configured attributes (`set`), null elsewhere. Only write-only values, which no
 * plan contains, come from the configuration.
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

/** The elements of a collection of objects are managed as a whole. */
function wishOfElements(nesting: Nesting, attributes: Attributes, planned: Value, config: Value): Value {
  if (!Array.isArray(planned) && !isMembers(planned)) return forgetUnknown(planned);
  return zipElements(nesting, planned, config, (element, configured) => {
    if (!isMembers(element)) return forgetUnknown(element);
    const from = configured !== undefined && isMembers(configured) ? configured : nothing;
    return wishOf(attributes, element, from, new Set(configuredPaths(attributes, element)));
  });
}

/**
 * Returns the desired settings of the last apply as far as this apply may change them: the paths still configured, and the paths that
 * the plan changes. A desired value equal to the former one is not written; a former value without a desired one is reset to the
 * platform's default.
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
