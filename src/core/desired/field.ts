import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { quantityEqual } from "../../base/quantity.ts";

/** How a setting is read, written and compared. */
export interface FieldType {
  /** The stored value in the form of the desired object; undefined where it is not set. */
  readonly read: (stored: Json | undefined) => Json | undefined;
  /** The desired value in the form of the API. Default: as it is. */
  readonly write?: (value: Json) => Json;
  /** Whether a stored value means the same as a written one, so that its spelling stays. Default: whether they are equal. */
  readonly same?: (stored: Json | undefined, written: Json) => boolean;
}

/** One setting of an API object: where it is in the desired object, and where in the object's spec. */
export interface Field {
  readonly key: readonly string[];
  readonly path: readonly string[];
  readonly type: FieldType;
}

export const text: FieldType = { read: (stored) => (typeof stored === "string" ? stored : undefined) };
/** A text that the server shows as empty where it is not set. */
export const optionalText: FieldType = { read: (stored) => text.read(stored) || undefined };
export const count: FieldType = { read: (stored) => (typeof stored === "number" ? stored : undefined) };
export const flag: FieldType = { read: (stored) => (typeof stored === "boolean" ? stored : undefined) };
/** A quantity, stored as a string or a number. */
export const quantity: FieldType = {
  read: (stored) => (typeof stored === "string" || typeof stored === "number" ? String(stored) : undefined),
  same: quantityEqual,
};
export const texts: FieldType = {
  read: (stored) => (Array.isArray(stored) ? stored.filter((item) => typeof item === "string") : undefined),
};

/** A field with the same name on both sides, below the given blocks. */
export const field = (type: FieldType, ...path: readonly string[]): Field => ({ key: path, path, type });

/** A desired value and where it goes. */
export interface FieldValue {
  readonly field: Field;
  /** In the form of the API. */
  readonly value: Json;
}

/** The settings of a desired object, one by one; what it does not set is left out. */
export function* valuesOf(fields: readonly Field[], desired: object): Generator<FieldValue> {
  for (const field of fields) {
    const value = valueAt(desired as JsonObject, field.key);
    if (value !== undefined) yield { field, value: field.type.write?.(value) ?? value };
  }
}

/** Whether a stored value means the same as a written one. */
export const means = ({ type }: Field, stored: Json | undefined, written: Json): boolean =>
  (type.same ?? jsonEqual)(stored, written);

/** The settings of a stored spec in the form of the desired object; what is not set is left out. */
export function readFields(fields: readonly Field[], spec: Json | undefined): JsonObject {
  const desired: JsonObject = {};
  for (const { key, path, type } of fields) {
    const value = type.read(valueAt(spec, path));
    if (value !== undefined) setAt(desired, key, value);
  }
  return desired;
}

/** Sets a value in a tree, with the objects on the way to it; undefined removes it. */
export function setAt(tree: JsonObject, path: readonly string[], value: Json | undefined): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete tree[first];
    else setMember(tree, first, structuredClone(value));
    return;
  }
  const child = memberOf(tree, first);
  if (isJsonObject(child)) setAt(child, rest, value);
  else if (value !== undefined) {
    const fresh: JsonObject = {};
    setMember(tree, first, fresh);
    setAt(fresh, rest, value);
  }
}

/** The place in the desired object of a place in the spec, for errors: a field, a value inside it, or a block. */
export function keyOf(fields: readonly Field[], place: readonly string[]): readonly string[] {
  const starts = (path: readonly string[], start: readonly string[]) => start.every((step, i) => path[i] === step);
  const found = fields.find(({ path }) => starts(place, path));
  if (found !== undefined) return [...found.key, ...place.slice(found.path.length)];
  const inside = fields.find(({ path }) => starts(path, place));
  if (inside === undefined) return place;
  return inside.key.slice(0, inside.key.length - (inside.path.length - place.length));
}
