import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Path } from "../../values/path.ts";
import { UNKNOWN, Unknown, type Value, type ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";
import { asObject, withAllKeys, zipElements } from "../nested.ts";

const NOT_NULL = new Unknown({ notNull: true });

/** Inputs of a plan besides configuration and prior state. */
interface PlanBasis {
  /** The platform's values for attributes that the configuration does not set; undefined, or an absent key, if unknown. */
  readonly defaults?: Partial<ValueObject> | undefined;
  /** Paths that the configuration set at the last apply and no longer sets. */
  readonly released?: ReadonlySet<string>;
}

/**
 * The general part of a plan, in the order of protocol.md §4.2: defaults for attributes that are not configured, the prior value of
 * computed attributes, null for write-only values, and the prior spelling if two spellings are semantically equal.
 */
export function planObject(
  attributes: Attributes,
  config: ValueObject,
  prior: ValueObject | null,
  basis: PlanBasis = {},
  prefix = "",
): ValueObject {
  const plan: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    plan[name] = planAttribute(
      attribute,
      config[name] ?? null,
      prior === null ? undefined : (prior[name] ?? null),
      { defaults: basis.defaults?.[name], released: basis.released ?? none },
      `${prefix}${name}`,
    );
  }
  return plan;
}

const none: ReadonlySet<string> = new Set();

interface AttributeBasis {
  readonly defaults: Value | undefined;
  readonly released: ReadonlySet<string>;
}

/** `prior` is undefined if there is no prior object, null if its value is null. */
function planAttribute(
  attribute: Attribute,
  config: Value,
  prior: Value | undefined,
  basis: AttributeBasis,
  path: string,
): Value {
  if (attribute.mode === "writeOnly") return null;
  if (config === null) {
    if (attribute.mode !== "computed" && attribute.mode !== "optionalComputed") return attribute.default;
    if (prior === undefined) return unsetValue(attribute, basis.defaults);
    if (attribute.mode === "computed") return prior;
    return basis.released.has(path) && !attribute.pinned ? givenBack(attribute, prior, basis, path) : prior;
  }
  if (config instanceof Unknown) return config;
  if (!attribute.kind.plain) return planNested(attribute, config, prior ?? null, basis, path);
  if (prior === undefined || prior === null || prior instanceof Unknown) return config;
  if (isSame(attribute, prior, config)) return prior;
  return config;
}

const unknownOf = (attribute: Attribute): Unknown => (attribute.notNull ? NOT_NULL : UNKNOWN);

/** Returns the planned value of an attribute that is not configured. */
function unsetValue(attribute: Attribute, defaults: Value | undefined): Value {
  if (attribute.mode === "writeOnly") return null;
  const isComputed = attribute.mode === "computed" || attribute.mode === "optionalComputed";
  if (defaults === undefined) return isComputed ? unknownOf(attribute) : attribute.default;
  if (attribute.absentUntilSet || defaults === null) return null;
  const { kind } = attribute;
  if (kind.plain || kind.nesting !== "single") return defaults;
  const from = asObject(defaults);
  const unset: ValueObject = Object.create(null);
  for (const [name, inner] of Object.entries(kind.attributes)) unset[name] = unsetValue(inner, from[name]);
  return unset;
}

/** Returns a prior value in which released paths have the platform's default. */
function givenBack(attribute: Attribute, prior: Value, basis: AttributeBasis, path: string): Value {
  const { kind } = attribute;
  const keepsParts = !kind.plain && kind.nesting === "single" && !attribute.absentUntilSet && isMembers(prior);
  if (!keepsParts) return unsetValue(attribute, basis.defaults);
  const defaults = defaultsInside(kind.attributes, basis.defaults);
  const plan: ValueObject = Object.create(null);
  for (const [name, inner] of Object.entries(kind.attributes)) {
    const at = `${path}.${name}`;
    const before = prior[name] ?? null;
    plan[name] = basis.released.has(at)
      ? givenBack(inner, before, { ...basis, defaults: defaults?.[name] }, at)
      : before;
  }
  // The platform has no such block by default, and no other writer has set a part of it.
  return basis.defaults === null && Object.values(plan).every((value) => value === null) ? null : plan;
}

function planNested(attribute: Attribute, config: Value, prior: Value, basis: AttributeBasis, path: string): Value {
  if (attribute.kind.plain) return config;
  const { nesting, attributes } = attribute.kind;
  const inner: PlanBasis =
    nesting === "single" ? { defaults: defaultsInside(attributes, basis.defaults), released: basis.released } : {};
  return zipElements(nesting, config, prior, (element, before) =>
    element instanceof Unknown || element === null
      ? element
      : planObject(attributes, asObject(element), asPrior(before), inner, `${path}.`),
  );
}

/** If the platform has no such block, no attribute in it has a default either. */
const defaultsInside = (attributes: Attributes, defaults: Value | undefined): ValueObject | undefined =>
  defaults === null ? withAllKeys(attributes, {}) : isObject(defaults) ? defaults : undefined;

const isObject = (value: Value | undefined): value is ValueObject => value !== undefined && isMembers(value);

const asPrior = (value: Value | undefined): ValueObject | null =>
  value === undefined || value === null || value instanceof Unknown ? null : asObject(value);

/** Whether two known values of an attribute are semantically equal. */
export function isSame(attribute: Attribute, a: Value, b: Value): boolean {
  if (attribute.semanticEquals === undefined) return false;
  return (attribute.semanticEquals as (a: Value, b: Value) => boolean)(a, b);
}

/** Returns the paths of the changed attributes that require replacement. */
export function replacePaths(attributes: Attributes, prior: ValueObject, plan: ValueObject): Path[] {
  const paths: Path[] = [];
  for (const [name, attribute] of Object.entries(attributes)) {
    if (!attribute.requiresReplace) continue;
    if (!valuesEqual(prior[name] ?? null, plan[name] ?? null, wireType(attribute.kind))) {
      paths.push([{ attribute: name }]);
    }
  }
  return paths;
}
