import { forgetUnknown } from "../../../src/engine/resource/state-after-apply.ts";
import { computed, optional, optionalComputed, required, writeOnly } from "../../../src/schema/attribute.ts";
import type { Attribute, Attributes, Kind, PlainKind } from "../../../src/schema/declaration.ts";
import { bool, dynamic, int, list, map, object, set, string } from "../../../src/schema/kind.ts";
import { UNKNOWN, Unknown, type Value, type ValueObject } from "../../../src/values/value.ts";
import fc from "../fast-check.ts";
import { anyValueOf } from "./arbitrary.ts";

const doc = "Something.";
const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), fc.constantFrom("constructor", "a", "b"));
const caseless = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

interface Place {
  readonly depth: number;
  readonly inSet: boolean;
  readonly inCollection: boolean;
}

/** Attributes as an author would declare them with the schema API: every mode, every kind, nested up to three levels. */
export const anySchema: fc.Arbitrary<Attributes> = attributesAt({ depth: 0, inSet: false, inCollection: false });

function attributesAt(place: Place): fc.Arbitrary<Attributes> {
  const most = place.depth === 0 ? 6 : 3;
  return fc.dictionary(name, attributeAt(place), { minKeys: 1, maxKeys: most, noNullPrototype: true });
}

function attributeAt(place: Place): fc.Arbitrary<Attribute> {
  const modes = place.inSet
    ? (["required", "optional"] as const)
    : (["required", "optional", "defaulted", "computed", "optionalComputed", "writeOnly"] as const);
  return fc
    .tuple(fc.constantFrom(...modes), kindAt(place), fc.boolean(), fc.string({ maxLength: 3 }))
    .map(([mode, kind, flag, text]) => {
      const settable = {
        doc,
        requiresReplace: flag && place.depth === 0,
        ...(kind === string ? { semanticEquals: caseless as never } : {}),
      };
      if (mode === "required") return required(kind, settable);
      if (mode === "computed") return computed(kind, { doc, notNull: flag });
      if (mode === "optionalComputed") return optionalComputed(kind, { ...settable, pinned: flag });
      if (mode === "writeOnly") return writeOnly(kind, { doc });
      return mode === "defaulted" && kind === string
        ? optional(string, { ...settable, default: text })
        : optional(kind, settable);
    }) as fc.Arbitrary<Attribute>;
}

function kindAt(place: Place): fc.Arbitrary<Kind> {
  const plain: Kind[] = [
    string,
    string,
    bool,
    int,
    list(string),
    set(string),
    map(string),
    set(int as PlainKind<number>),
  ];
  if (!place.inCollection) plain.push(dynamic);
  const leaf = fc.constantFrom(...plain);
  if (place.depth >= 2) return leaf;
  const deeper = (inSet: boolean, inCollection: boolean) =>
    attributesAt({
      depth: place.depth + 1,
      inSet: place.inSet || inSet,
      inCollection: place.inCollection || inCollection,
    });
  return fc.oneof(
    { weight: 5, arbitrary: leaf },
    { weight: 2, arbitrary: deeper(false, false).map((attributes) => object(attributes)) },
    { weight: 1, arbitrary: deeper(false, true).map((attributes) => list(attributes)) },
    { weight: 1, arbitrary: deeper(true, true).map((attributes) => set(attributes)) },
    { weight: 1, arbitrary: deeper(false, true).map((attributes) => map(attributes)) },
  );
}

/** A configuration of the schema that Terraform and the engine's checks would let pass. */
export const anyConfig = (attributes: Attributes, unknowns: boolean): fc.Arbitrary<ValueObject> =>
  fc
    .tuple(
      ...Object.entries(attributes).map(([key, attribute]) =>
        configured(attribute, unknowns).map((value) => [key, value] as const),
      ),
    )
    .map((members) => {
      const config: ValueObject = Object.create(null);
      for (const [key, value] of members) config[key] = value;
      return config;
    });

function configured(attribute: Attribute, unknowns: boolean): fc.Arbitrary<Value> {
  if (attribute.mode === "computed") return fc.constant(null);
  const known = knownOf(attribute.kind, unknowns);
  return fc.oneof(
    { weight: 4, arbitrary: known },
    { weight: attribute.mode === "required" ? 0 : 3, arbitrary: fc.constant(null) },
    { weight: unknowns ? 1 : 0, arbitrary: fc.constant(UNKNOWN) },
  );
}

/** A value of the kind that is not null; elements of collections are not null either, as the engine refuses that. */
export function knownOf(kind: Kind, unknowns: boolean): fc.Arbitrary<Value> {
  if (kind.plain) {
    if (kind.integer === true) return fc.integer({ min: -5, max: 5 });
    if (kind.wire.kind === "dynamic") return anyValueOf(kind.wire, { unknowns });
    if ("element" in kind.wire) {
      const { wire } = kind;
      const one = fc.oneof(
        {
          weight: 5,
          arbitrary:
            wire.element.kind === "number" ? fc.integer({ min: 0, max: 3 }) : fc.constantFrom("a", "A", "b", ""),
        },
        { weight: unknowns ? 1 : 0, arbitrary: fc.constant(UNKNOWN) },
      ) as fc.Arbitrary<Value>;
      if (wire.kind === "map") return fc.dictionary(name, one, { maxKeys: 2 }).map(bare);
      return fc.array(one, { maxLength: 3 });
    }
    return wireOf(kind);
  }
  const { nesting } = kind;
  const element = fc.oneof(
    { weight: 8, arbitrary: anyConfig(kind.attributes, unknowns) as fc.Arbitrary<Value> },
    { weight: unknowns && nesting !== "single" ? 1 : 0, arbitrary: fc.constant<Value>(UNKNOWN) },
  );
  if (nesting === "single") return element;
  if (nesting === "map") return fc.dictionary(name, element, { maxKeys: 2 }).map(bare);
  return fc.array(element, { maxLength: 3 });
}

const wireOf = (kind: PlainKind<unknown>): fc.Arbitrary<Value> =>
  kind.wire.kind === "bool" ? fc.boolean() : fc.constantFrom("a", "A", "b", "", "Gr\u00f6\u00dfe", "__proto__");

const bare = (members: Record<string, Value>): ValueObject =>
  Object.assign(Object.create(null) as ValueObject, members);

/** Draws a value, as `fc.gen()` does. */
export type Draw = <T>(arbitrary: () => fc.Arbitrary<T>) => T;

/** The configuration once everything is known. */
export function resolved(attributes: Attributes, config: ValueObject, draw: Draw): ValueObject {
  const known: ValueObject = Object.create(null);
  for (const [key, attribute] of Object.entries(attributes))
    known[key] = resolve(attribute.kind, config[key] ?? null, draw);
  return known;
}

function resolve(kind: Kind, value: Value, draw: Draw): Value {
  if (value instanceof Unknown) return draw(() => knownOf(kind, false));
  if (value === null) return null;
  if (kind.plain) {
    if (!("element" in kind.wire)) return forgetUnknown(value);
    const late: Value = kind.wire.element.kind === "number" ? 7 : "late";
    return eachOf(value, (element) => (element instanceof Unknown ? late : element));
  }
  const one = (element: Value): Value =>
    element instanceof Unknown
      ? draw(() => anyConfig(kind.attributes, false))
      : resolved(kind.attributes, element as ValueObject, draw);
  return kind.nesting === "single" ? one(value) : eachOf(value, one);
}

function eachOf(value: Value, change: (element: Value) => Value): Value {
  if (Array.isArray(value)) return value.map(change);
  return bare(Object.fromEntries(Object.entries(value as ValueObject).map(([key, element]) => [key, change(element)])));
}

/**
 * What a platform might answer to a plan: what was asked, in a spelling of its own; anything where it was left the choice; and
 * values of its own without a request.
 */
export function answered(attributes: Attributes, planned: ValueObject, draw: Draw): ValueObject {
  const answer: ValueObject = Object.create(null);
  for (const [key, attribute] of Object.entries(attributes)) {
    answer[key] = answerTo(attribute, planned[key] ?? null, draw);
  }
  return answer;
}

function answerTo(attribute: Attribute, planned: Value, draw: Draw): Value {
  const { kind } = attribute;
  if (attribute.mode === "writeOnly") return null;
  if (planned instanceof Unknown) {
    // What a plan promises a platform has.
    if (planned.refinement.notNull === true) return draw(() => knownOf(kind, false));
    return draw(() =>
      fc.oneof({ weight: 3, arbitrary: knownOf(kind, false) }, { weight: 1, arbitrary: fc.constant<Value>(null) }),
    );
  }
  if (planned === null) return attribute.mode === "optional" ? draw(() => fc.option(knownOf(kind, false))) : null;
  if (kind.plain)
    return attribute.semanticEquals !== undefined && typeof planned === "string" ? planned.toLowerCase() : planned;
  const one = (element: Value): Value => answered(kind.attributes, element as ValueObject, draw);
  return kind.nesting === "single" ? one(planned) : eachOf(planned, one);
}
