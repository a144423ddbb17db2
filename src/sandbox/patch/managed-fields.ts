import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { SchemaType } from "../schema/schema-type.ts";
import { type KubeObject, text } from "../store/kube-object.ts";
import {
  changedFields,
  difference,
  emptySet,
  type FieldSet,
  fieldsOf,
  intersection,
  isEmptySet,
  parseFieldSet,
  printFieldSet,
  union,
} from "./field-set.ts";

/** The client of a write, as an entry of `managedFields` names it. */
export interface Manager {
  readonly name: string;
  readonly operation: "Apply" | "Update";
  readonly apiVersion: string;
  readonly subresource: string;
}

/** The fields of one manager. */
export interface Ownership {
  readonly manager: Manager;
  readonly time: string;
  readonly fields: FieldSet;
}

export function ownershipsOf(object: KubeObject): Ownership[] {
  const entries = object.metadata["managedFields"];
  if (!Array.isArray(entries)) return [];
  return entries.filter(isJsonObject).flatMap((entry) => {
    const operation = entry["operation"] === "Apply" ? "Apply" : "Update";
    const manager = {
      name: text(entry["manager"]),
      operation,
      apiVersion: text(entry["apiVersion"]),
      subresource: text(entry["subresource"]),
    } as const;
    return manager.name === ""
      ? []
      : [{ manager, time: text(entry["time"]), fields: parseFieldSet(entry["fieldsV1"]) }];
  });
}

export const isSameManager = (a: Manager, b: Manager): boolean =>
  a.name === b.name && a.operation === b.operation && a.apiVersion === b.apiVersion && a.subresource === b.subresource;

/** The object with these managed fields; managers without a field are left out. */
export function withOwnerships(object: KubeObject, ownerships: readonly Ownership[]): KubeObject {
  const entries = ownerships
    .filter(({ fields }) => !isEmptySet(fields))
    .map(
      ({ manager, time, fields }): Json => ({
        manager: manager.name,
        operation: manager.operation,
        apiVersion: manager.apiVersion,
        time,
        fieldsType: "FieldsV1",
        fieldsV1: printFieldSet(fields),
        ...(manager.subresource === "" ? {} : { subresource: manager.subresource }),
      }),
    );
  const { managedFields, ...metadata } = object.metadata;
  return { ...object, metadata: entries.length > 0 ? { ...metadata, managedFields: entries } : metadata };
}

const systemFields = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "name",
  "namespace",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** What managers can own of an object. */
export function ownable(object: JsonObject): JsonObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  if (!isJsonObject(metadata)) return rest;
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !systemFields.includes(key)));
  return Object.keys(own).length > 0 ? { ...rest, metadata: own } : rest;
}

/** The managed fields after an ordinary write: what it changed belongs to its manager. */
export function ownedAfterUpdate(
  before: KubeObject | undefined,
  after: KubeObject,
  type: SchemaType | undefined,
  manager: Manager,
  time: string,
): KubeObject {
  const now = ownable(after);
  const changed = changedFields(before && ownable(before), now, type);
  const present = fieldsOf(now, type);
  const others: Ownership[] = [];
  let own: Ownership = { manager, time, fields: emptySet() };
  for (const one of ownershipsOf(after)) {
    if (isSameManager(one.manager, manager)) own = one;
    else others.push({ ...one, fields: intersection(difference(one.fields, changed), present) });
  }
  const fields = intersection(union(own.fields, changed), present);
  return withOwnerships(after, [...others, { manager, time: isEmptySet(changed) ? own.time : time, fields }]);
}
