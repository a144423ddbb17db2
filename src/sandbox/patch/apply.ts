import { isJsonObject, type Json, type JsonObject, memberOf, setMember } from "../../base/json.ts";
import { fieldType, isAtomicMap, itemType, listTypeOf, type SchemaType } from "../schema/schema-type.ts";
import type { KubeObject } from "../store/kube-object.ts";
import {
  changedFields,
  difference,
  elementOf,
  emptySet,
  type FieldSet,
  fieldsOf,
  intersection,
  isEmptySet,
  isKeyed,
  union,
  withoutFields,
} from "./field-set.ts";
import {
  isSameManager,
  type Manager,
  type Ownership,
  ownable,
  ownershipsOf,
  withOwnerships,
} from "./managed-fields.ts";

/** Fields of another manager that an apply would change. */
export interface ApplyConflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

interface ApplyOptions {
  readonly live: KubeObject;
  readonly applied: KubeObject;
  readonly type: SchemaType | undefined;
  readonly manager: Manager;
  readonly force: boolean;
  readonly time: string;
}

type Applied =
  | { readonly ok: true; readonly object: KubeObject }
  | { readonly ok: false; readonly conflicts: readonly ApplyConflict[] };

/**
 * Server-side apply: merges what is applied into the live object, takes away what only this manager applied before, and
 * refuses a change to fields of other managers.
 */
export function applyObject({ live, applied, type, manager, force, time }: ApplyOptions): Applied {
  const wanted = ownable(applied);
  const set = fieldsOf(wanted, type);
  const all = ownershipsOf(live);
  const others = all.filter((one) => !isSameManager(one.manager, manager));
  const former = all.find((one) => isSameManager(one.manager, manager))?.fields ?? emptySet();
  const kept = others.reduce((sum, one) => union(sum, one.fields), set);
  const from = ownable(live);
  const merged = withoutFields(mergeTyped(from, wanted, type), type, difference(former, kept));
  const to = isJsonObject(merged) ? merged : {};
  const changed = changedFields(from, to, type);
  const conflicts = others
    .map((one) => ({ manager: one.manager, fields: intersection(one.fields, changed) }))
    .filter((conflict) => !isEmptySet(conflict.fields));
  if (conflicts.length > 0 && !force) return { ok: false, conflicts };
  const present = fieldsOf(to, type);
  const reduced = others.map(
    (one): Ownership => ({ ...one, fields: intersection(difference(one.fields, changed), present) }),
  );
  const isSame = isEmptySet(changed) && isEmptySet(difference(set, former)) && isEmptySet(difference(former, set));
  const before = all.find((one) => isSameManager(one.manager, manager));
  const own: Ownership = { manager, time: isSame && before ? before.time : time, fields: set };
  return { ok: true, object: withOwnerships(assemble(live, applied, to), [...reduced, own]) };
}

/** The live object with the merged content: what managers cannot own stays as it is. */
function assemble(live: KubeObject, applied: KubeObject, content: JsonObject): KubeObject {
  const { metadata, ...rest } = content;
  const system = Object.fromEntries(
    Object.entries(live.metadata).filter(([key]) => ownable({ metadata: { [key]: "" } })["metadata"] === undefined),
  );
  const preconditions: JsonObject = {};
  for (const key of ["uid", "resourceVersion"]) {
    const value = applied.metadata[key];
    if (value !== undefined) preconditions[key] = value;
  }
  const own = isJsonObject(metadata) ? metadata : {};
  return { apiVersion: live.apiVersion, kind: live.kind, metadata: { ...own, ...system, ...preconditions }, ...rest };
}

/** Merges a value into another as the type says: objects and keyed lists item by item, everything else is replaced. */
export function mergeTyped(below: Json | undefined, above: Json, type: SchemaType | undefined): Json {
  if (isJsonObject(above) && isJsonObject(below) && !isAtomicMap(type)) {
    const result: JsonObject = { ...below };
    for (const [key, value] of Object.entries(above)) {
      setMember(result, key, mergeTyped(memberOf(below, key), value, fieldType(type, key)));
    }
    return result;
  }
  if (!Array.isArray(above) || !Array.isArray(below) || !isKeyed(type)) return above;
  const isSet = listTypeOf(type) === "set";
  const known = new Map(below.map((item) => [elementOf(item, type), item]));
  const merged = above.map((item) =>
    isSet ? item : mergeTyped(known.get(elementOf(item, type)), item, itemType(type)),
  );
  const named = new Set(above.map((item) => elementOf(item, type)));
  // Items of others keep their place behind the item that they followed.
  const result = [...merged];
  let at = 0;
  for (const item of below) {
    const element = elementOf(item, type);
    const place = result.findIndex((one) => elementOf(one, type) === element);
    if (named.has(element)) at = Math.max(at, place + 1);
    else {
      result.splice(at, 0, item);
      at += 1;
    }
  }
  return result;
}
