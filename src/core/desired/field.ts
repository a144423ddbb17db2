import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { quantityEqual } from "../../base/quantity.ts";

/** How a setting is read, written and compared. */
export interface FieldType {
  /** Converts the stored value into the form of the desired object; undefined if it is not set. */
  readonly read: (stored: Json | undefined) => Json | undefined;
  /** Converts the desired value into the form of the API. Default: unchanged. */
  readonly write?: (value: Json) => Json;
  /** Whether a stored value means the same as a written one, so that its spelling is kept. Default: JSON equality. */
  readonly same?: (stored: Json | undefined, written: Json) => boolean;
}

/** One setting of an API object: its path in the desired object and in the object's spec. */
export interface Field {
  readonly key: readonly string[];
  readonly path: readonly string[];
  readonly type: FieldType;
}

export const text: FieldType = { read: (stored) => (typeof stored === "string" ? stored : undefined) };
/** A text that the server shows as empty if it is not set. */
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

/** A field with the same path in the desired object and in the spec. */
export const field = (type: FieldType, ...path: readonly string[]): Field => ({ key: path, path, type });

/** A desired value and its field. */
export interface FieldValue {
  readonly field: Field;
  /** In the form of the API. */
  readonly value: Json;
}

/** Yields the values that are set in a desired object. */
export function* valuesOf(fields: readonly Field[], desired: object): Generator<FieldValue> {
  for (const field of fields) {
    const value = valueAt(desired as JsonObject, field.key);
    if (value !== undefined) yield { field, value: field.type.write?.(value) ?? value };
  }
}

/** Whether a stored value means the same as a written one. */
export const means = ({ type }: Field, stored: Json | undefined, written: Json): boolean =>
  (type.same ?? jsonEqual)(stored, written);

/** Reads the settings of a stored spec in the form of the desired object; settings that are not set are omitted. */
export function readFields(fields: readonly Field[], spec: Json | undefined): JsonObject {
  const desired: JsonObject = {};
  for (const { key, path, type } of fields) {
    const value = type.read(valueAt(spec, path));
    if (value !== undefined) setAt(desired, key, value);
  }
  return desired;
}

/** Sets a value in a tree and creates missing parents; undefined removes it. */
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

/** Returns the path in the desired object for a path in the spec, for errors: of a field, a value inside it, or a block. */
export function keyOf(fields: readonly Field[], place: readonly string[]): readonly string[] {
  const starts = (path: readonly string[], start: readonly string[]) => start.every((step, i) => path[i] === step);
  const found = fields.find(({ path }) => starts(place, path));
  if (found !== undefined) return [...found.key, ...place.slice(found.path.length)];
  const inside = fields.find(({ path }) => starts(path, place));
  if (inside === undefined) return place;
  return inside.key.slice(0, inside.key.length - (inside.path.length - place.length));
}
