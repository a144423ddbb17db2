import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf } from "../../base/json.ts";
import { fieldType, isAtomicMap, itemType, listMapKeys, listTypeOf, type SchemaType } from "../schema/schema-type.ts";
import { sorted } from "../store/kube-object.ts";

/**
 * A set of fields in the form of `FieldsV1`: `f:<name>` a member of an object, `k:<keys>` an item of a list by its keys, `v:<value>` an
 * item of a set; `.` says that the place itself belongs to the set.
 */
export interface FieldSet {
  isMember: boolean;
  readonly children: Map<string, FieldSet>;
}

export const emptySet = (): FieldSet => ({ isMember: false, children: new Map() });
const leaf = (): FieldSet => ({ isMember: true, children: new Map() });

export const isEmptySet = (set: FieldSet): boolean => !set.isMember && [...set.children.values()].every(isEmptySet);

export function parseFieldSet(json: Json | undefined): FieldSet {
  if (!isJsonObject(json)) return emptySet();
  const entries = Object.entries(json).filter(([key]) => key !== ".");
  const children = new Map(entries.map(([key, value]) => [key, parseFieldSet(value)]));
  return { isMember: "." in json || entries.length === 0, children };
}

export function printFieldSet(set: FieldSet): JsonObject {
  const children = [...set.children].filter(([, child]) => !isEmptySet(child));
  const result: JsonObject = set.isMember && children.length > 0 ? { ".": {} } : {};
  for (const [key, child] of children.sort(([a], [b]) => (a < b ? -1 : 1))) result[key] = printFieldSet(child);
  return result;
}

type Choice = (a: boolean, b: boolean) => boolean;

function combine(a: FieldSet | undefined, b: FieldSet | undefined, choose: Choice): FieldSet {
  const result = emptySet();
  result.isMember = choose(a?.isMember ?? false, b?.isMember ?? false);
  for (const key of new Set([...(a?.children.keys() ?? []), ...(b?.children.keys() ?? [])])) {
    const child = combine(a?.children.get(key), b?.children.get(key), choose);
    if (!isEmptySet(child)) result.children.set(key, child);
  }
  return result;
}

export const union = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one || other);
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one && other);
export const difference = (a: FieldSet, b: FieldSet): FieldSet => combine(a, b, (one, other) => one && !other);

/** The paths of a set as conflicts name them: `.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet, path = ""): string[] {
  const own = set.isMember && path !== "" ? [path] : [];
  return [...own, ...[...set.children].flatMap(([key, child]) => pathsOf(child, path + printElement(key)))];
}

function printElement(element: string): string {
  const value = element.slice(2);
  if (element.startsWith("f:")) return `.${value}`;
  if (element.startsWith("v:")) return `[=${value}]`;
  const keys = Object.entries(JSON.parse(value) as JsonObject);
  return `[${keys.map(([key, one]) => `${key}=${JSON.stringify(one)}`).join(",")}]`;
}

/** Whether an array is compared item by item. */
export const isKeyed = (type: SchemaType | undefined): boolean => listTypeOf(type) !== "atomic";

/** How an item of a list is called in a set; a key that is absent has its default. */
export function elementOf(item: Json, list: SchemaType | undefined): string {
  if (listTypeOf(list) === "set" || !isJsonObject(item)) return `v:${JSON.stringify(item)}`;
  const type = itemType(list);
  const keys: JsonObject = {};
  for (const key of listMapKeys(list)) {
    const value = item[key] ?? fieldType(type, key)?.raw["default"];
    if (value !== undefined) keys[key] = value;
  }
  return `k:${JSON.stringify(sorted(keys))}`;
}

/** All fields of a value. */
export function fieldsOf(value: Json, type: SchemaType | undefined): FieldSet {
  if (isJsonObject(value) && !isAtomicMap(type)) {
    const children = Object.entries(value).map(
      ([key, item]) => [`f:${key}`, fieldsOf(item, fieldType(type, key))] as const,
    );
    return children.length === 0 ? leaf() : { isMember: false, children: new Map(children) };
  }
  if (!Array.isArray(value) || !isKeyed(type) || value.length === 0) return leaf();
  const items = itemType(type);
  const isSet = listTypeOf(type) === "set";
  const children = value.map((item) => {
    const child = isSet ? leaf() : fieldsOf(item, items);
    child.isMember = true;
    return [elementOf(item, type), child] as const;
  });
  return { isMember: false, children: new Map(children) };
}

/** The fields of `to` that `from` does not have or has with another value. */
export function changedFields(from: Json | undefined, to: Json, type: SchemaType | undefined): FieldSet {
  if (from === undefined) return fieldsOf(to, type);
  if (jsonEqual(from, to)) return emptySet();
  const result = emptySet();
  if (isJsonObject(from) && isJsonObject(to) && !isAtomicMap(type)) {
    for (const [key, value] of Object.entries(to)) {
      const child = changedFields(memberOf(from, key), value, fieldType(type, key));
      if (!isEmptySet(child)) result.children.set(`f:${key}`, child);
    }
    return result;
  }
  if (!Array.isArray(from) || !Array.isArray(to) || !isKeyed(type)) return leaf();
  const known = new Map(from.map((item) => [elementOf(item, type), item]));
  for (const item of to) {
    const element = elementOf(item, type);
    const former = known.get(element);
    const child = changedFields(former, item, itemType(type));
    if (former === undefined) child.isMember = true;
    if (!isEmptySet(child)) result.children.set(element, child);
  }
  return result;
}

/** The value without the fields of a set. */
export function withoutFields(value: Json, type: SchemaType | undefined, set: FieldSet): Json {
  if (isJsonObject(value)) {
    const result: JsonObject = { ...value };
    for (const [element, child] of set.children) {
      const key = element.slice(2);
      const item = memberOf(result, key);
      if (item === undefined) continue;
      const rest = child.children.size === 0 ? undefined : withoutFields(item, fieldType(type, key), child);
      if (rest === undefined || (child.isMember && isEmpty(rest))) delete result[key];
      else result[key] = rest;
    }
    return result;
  }
  if (!Array.isArray(value)) return value;
  return value.flatMap((item) => {
    const child = set.children.get(elementOf(item, type));
    if (!child) return [item];
    // An item whose place belongs to the set goes with everything that is in it.
    return child.isMember ? [] : [withoutFields(item, itemType(type), child)];
  });
}

const isEmpty = (value: Json): boolean =>
  Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
