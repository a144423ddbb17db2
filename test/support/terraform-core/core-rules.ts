import { containsUnknown, valuesEqual } from "../../../src/values/equal.ts";
import { elementType, memberType } from "../../../src/values/member-type.ts";
import { formatPath, type Path, type Step } from "../../../src/values/path.ts";
import type { Type } from "../../../src/values/type.ts";
import { typeToJson } from "../../../src/values/type-json.ts";
import { Dynamic, type Refinement, UNKNOWN, Unknown, type Value, type ValueObject } from "../../../src/values/value.ts";
import { isMembers } from "../../../src/values/value-kind.ts";
import { conforms } from "../values/conform.ts";
import { type CoreAttribute, type CoreSchema, impliedType } from "./core-schema.ts";

// What Terraform core makes of a configuration, and what it demands of a provider's answers (protocol.md §4.2 and §4.3), for
// schemas without nested blocks. Each rule answers the complaints; an empty list is content.

/** Core's merge of a configuration with the prior state, as sent in `proposed_new_state`. */
export function proposedNew(schema: CoreSchema, prior: ValueObject | null, config: ValueObject): ValueObject {
  const proposed: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(schema)) {
    const before = prior?.[name] ?? null;
    const wanted = config[name] ?? null;
    if (attribute.computed && wanted === null) {
      // Values that only a configuration can have set show that there was one, and that it was taken away.
      proposed[name] = attribute.optional && holdsConfigured(attribute, before) ? null : before;
    } else proposed[name] = proposedNested(attribute, before, wanted);
  }
  return proposed;
}

function proposedNested(attribute: CoreAttribute, prior: Value, config: Value): Value {
  if (attribute.nested === undefined || config === null || config instanceof Unknown) return config;
  const { nesting, attributes } = attribute.nested;
  const one = (before: Value | undefined, element: Value): Value =>
    isMembers(element)
      ? proposedNew(attributes, before !== undefined && isMembers(before) ? before : null, element)
      : element;
  if (nesting === "single") return one(prior, config);
  if (nesting === "map") {
    const proposed: ValueObject = Object.create(null);
    for (const [key, element] of Object.entries(config as ValueObject)) {
      proposed[key] = one(isMembers(prior) ? prior[key] : undefined, element);
    }
    return proposed;
  }
  const before = Array.isArray(prior) ? [...prior] : [];
  return (config as Value[]).map((element, index) => {
    if (nesting === "list") return one(before[index], element);
    const match = before.findIndex((candidate) => couldComeFrom(attributes, candidate, element));
    return one(match < 0 ? undefined : before.splice(match, 1)[0], element);
  });
}

/** Whether a prior element of a set is the configured one with only computed values added. */
function couldComeFrom(schema: CoreSchema, prior: Value, config: Value): boolean {
  if (!isMembers(prior) || !isMembers(config)) return valuesEqual(prior, config, { kind: "dynamic" });
  return Object.entries(schema).every(([name, { type, computed }]) => {
    const wanted = config[name] ?? null;
    return valuesEqual(prior[name] ?? null, wanted, type) || (computed && wanted === null);
  });
}

function holdsConfigured(attribute: CoreAttribute, value: Value): boolean {
  if (attribute.nested === undefined || value === null || value instanceof Unknown) return false;
  const { attributes } = attribute.nested;
  return elementsOf(value, attribute.nested.nesting === "single").some(
    (element) =>
      isMembers(element) &&
      Object.entries(attributes).some(([name, inner]) => {
        const member = element[name] ?? null;
        return member !== null && (!inner.computed || holdsConfigured(inner, member));
      }),
  );
}

const elementsOf = (value: Value, single: boolean): Value[] =>
  single ? [value] : Array.isArray(value) ? value : isMembers(value) ? Object.values(value) : [];

/** "Provider produced invalid plan". */
export function planProblems(
  schema: CoreSchema,
  prior: ValueObject | null,
  config: ValueObject | null,
  planned: ValueObject | null,
): string[] {
  if (config === null || planned === null) {
    if (config === planned) return [];
    return [config === null ? "planned for existence but config wants absence" : "planned for absence"];
  }
  const conformance = conforms(planned, impliedType(schema));
  if (!conformance.ok) return [`${formatPath(conformance.path)}: ${conformance.message}`];
  return [...plannedAttributes(schema, prior, config, planned, []), ...writeOnlyProblems(schema, planned)];
}

function plannedAttributes(schema: CoreSchema, prior: Value, config: Value, planned: Value, path: Path): string[] {
  const member = (of: Value, name: string): Value =>
    isMembers(of) ? (of[name] ?? null) : of instanceof Unknown ? UNKNOWN : null;
  return Object.entries(schema).flatMap(([name, attribute]) =>
    plannedValue(attribute, member(prior, name), member(config, name), member(planned, name), [
      ...path,
      { attribute: name },
    ]),
  );
}

function plannedValue(attribute: CoreAttribute, prior: Value, config: Value, planned: Value, path: Path): string[] {
  const { type } = attribute;
  const complain = (text: string) => [`${formatPath(path)}: ${text}`];
  if (valuesEqual(planned, config, type)) return [];
  if (prior !== null && config !== null && valuesEqual(planned, prior, type)) return [];
  if (attribute.computed && !attribute.optional) return [];
  if (config === null) return attribute.computed ? [] : complain("planned value for a non-computed attribute");
  if (attribute.nested !== undefined) return plannedNested(attribute.nested, prior, config, planned, path);
  if (attribute.writeOnly && planned === null) return [];
  return complain(`planned value does not match config value${prior === null ? "" : " nor prior value"}`);
}

function plannedNested(
  { nesting, attributes }: NonNullable<CoreAttribute["nested"]>,
  prior: Value,
  config: Value,
  planned: Value,
  path: Path,
): string[] {
  const complain = (text: string) => [`${formatPath(path)}: ${text}`];
  if (planned === null) return complain("planned for absence but config wants existence");
  if (planned instanceof Unknown) return complain("planned unknown for configured value");
  if (config instanceof Unknown) return complain("planned value for an unknown configuration");
  const inside = (before: Value, wanted: Value, plan: Value, step: Step) =>
    plannedAttributes(attributes, before, wanted, plan, [...path, step]);
  if (nesting === "single") return plannedAttributes(attributes, prior, config, planned, path);
  if (nesting === "map") {
    const before = isMembers(prior) ? prior : {};
    const wanted = config as ValueObject;
    const plan = planned as ValueObject;
    const strays = [
      ...Object.keys(plan).filter((key) => !(key in wanted)),
      ...Object.keys(wanted).filter((key) => !(key in plan)),
    ];
    if (strays.length > 0) return complain(`keys of plan and config disagree: ${strays.join(", ")}`);
    return Object.keys(plan).flatMap((key) =>
      inside(before[key] ?? null, wanted[key] ?? null, plan[key] ?? null, { key }),
    );
  }
  const wanted = config as Value[];
  const plan = planned as Value[];
  if (plan.length !== wanted.length)
    return complain(`count in plan (${plan.length}) disagrees with config (${wanted.length})`);
  // Elements of a set have nothing to be told apart by; core trusts the provider there.
  if (nesting === "set") return [];
  const before = Array.isArray(prior) ? prior : [];
  return plan.flatMap((element, index) => inside(before[index] ?? null, wanted[index] ?? null, element, { index }));
}

/** "Provider produced inconsistent result after apply". */
export function resultProblems(schema: CoreSchema, planned: ValueObject | null, actual: ValueObject | null): string[] {
  if (planned === null || actual === null) {
    if (planned === actual) return [];
    return [planned === null ? "root object was absent, but now present" : "root object was present, but now absent"];
  }
  return [...stateProblems(schema, actual), ...compatible(planned, actual, impliedType(schema), [])];
}

/** Whether a value is one that its refined unknown had promised. */
function keepsPromise(promised: Refinement, actual: Value): boolean {
  if (actual instanceof Unknown) return true;
  if (actual === null) return promised.notNull !== true;
  return promised.prefix === undefined || (typeof actual === "string" && actual.startsWith(promised.prefix));
}

function compatible(planned: Value, actual: Value, type: Type, path: Path): string[] {
  const complain = (text: string) => [`${formatPath(path)}: ${text}`];
  if (planned instanceof Unknown) {
    return keepsPromise(planned.refinement, actual)
      ? []
      : complain("final value does not conform to planning placeholder");
  }
  if (actual === null) return planned === null ? [] : complain("was known, but now null");
  if (planned === null) return complain("was null, but now known");
  if (actual instanceof Unknown) return complain("was known, but now unknown");
  if (planned instanceof Dynamic || actual instanceof Dynamic) {
    if (!(planned instanceof Dynamic && actual instanceof Dynamic)) return complain("wrong final value type");
    if (planned.type.kind !== "dynamic" && typeToJson(planned.type) !== typeToJson(actual.type)) {
      return complain("wrong final value type");
    }
    return compatible(planned.value, actual.value, actual.type, path);
  }
  if (type.kind === "set") {
    const was = planned as Value[];
    const is = actual as Value[];
    const fits = (a: Value, b: Value) => compatible(a, b, type.element, []).length === 0;
    if (is.length > was.length) return complain("the set has grown");
    if (was.every((a) => is.some((b) => fits(a, b))) && is.every((b) => was.some((a) => fits(a, b)))) return [];
    return complain("elements of the set do not correlate");
  }
  if (Array.isArray(planned) && Array.isArray(actual)) {
    if (planned.length !== actual.length) return complain("elements have appeared or vanished");
    return planned.flatMap((element, index) =>
      compatible(element, actual[index] ?? null, elementType(type, index), [...path, { index }]),
    );
  }
  if (isMembers(planned) && isMembers(actual)) {
    const keys = Object.keys(planned);
    if (keys.length !== Object.keys(actual).length || !keys.every((key) => Object.hasOwn(actual, key))) {
      return complain("elements have appeared or vanished");
    }
    return keys.flatMap((key) => {
      const step: Step = type.kind === "object" ? { attribute: key } : { key };
      return compatible(planned[key] ?? null, actual[key] ?? null, memberType(type, key), [...path, step]);
    });
  }
  return valuesEqual(planned, actual, type) ? [] : complain("has another value now");
}

/** The rules of every state: conformance, nothing unknown, no write-only value. */
export function stateProblems(schema: CoreSchema, state: ValueObject): string[] {
  const conformance = conforms(state, impliedType(schema));
  if (!conformance.ok) return [`${formatPath(conformance.path)}: ${conformance.message}`];
  const unknown = Object.keys(schema).filter((name) => containsUnknown(state[name] ?? null));
  return [...unknown.map((name) => `${name}: unknown values in a state`), ...writeOnlyProblems(schema, state)];
}

/** "Provider produced invalid object": a write-only value that is kept. */
export function writeOnlyProblems(schema: CoreSchema, value: ValueObject, prefix = ""): string[] {
  return Object.entries(schema).flatMap(([name, attribute]) => {
    const member = value[name] ?? null;
    if (attribute.writeOnly) return member === null ? [] : [`${prefix}${name}: a write-only value is kept`];
    const { nested } = attribute;
    if (nested === undefined || member === null || member instanceof Unknown) return [];
    return elementsOf(member, nested.nesting === "single").flatMap((element) =>
      isMembers(element) ? writeOnlyProblems(nested.attributes, element, `${prefix}${name}.`) : [],
    );
  });
}

/** "Provider produced inconsistent final plan": the plan made at apply against the one that the user has seen. */
export function finalPlanProblems(schema: CoreSchema, first: ValueObject | null, final: ValueObject | null): string[] {
  if (first === null || final === null) return first === final ? [] : ["the final plan has another action"];
  return compatible(first, final, impliedType(schema), []);
}

/** Whether core finds the path in a value of the schema: required of requires_replace, kind of diagnostics. */
export function pathExists(schema: CoreSchema, path: Path): boolean {
  let attributes: CoreSchema | undefined = schema;
  let type: Type | undefined;
  for (const step of path) {
    if ("attribute" in step) {
      const attribute: CoreAttribute | undefined = attributes?.[step.attribute];
      const inside: Type | undefined =
        attribute?.type ?? (type?.kind === "object" ? type.attributes[step.attribute] : undefined);
      if (inside === undefined) return false;
      type = inside;
      attributes = attribute?.nested?.attributes;
      if (attribute?.nested !== undefined && attribute.nested.nesting === "single") type = undefined;
    } else if ("index" in step) {
      if (type?.kind === "dynamic") return true;
      if (type?.kind !== "list" && type?.kind !== "tuple") return false;
      type = elementType(type, step.index);
    } else {
      if (type?.kind === "dynamic") return true;
      if (type?.kind !== "map") return false;
      type = type.element;
    }
  }
  return true;
}
