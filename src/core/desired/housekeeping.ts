import { type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import {
  annotationPath,
  creationAnnotation,
  defaultGroupAnnotation,
  formerWriteAnnotation,
  labelPath,
  managedByLabel,
  managedByUs,
} from "../object/annotations.ts";
import { clusterDefault, isEmptyPlaceholder, readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { Change } from "./patch.ts";

/** Whether a cluster has a group beside `md0` after a write. */
function hasOtherGroups(object: JsonObject, written: readonly Change[]): boolean {
  const names = new Set(Object.keys(objectAt(object, ["spec", "nodeGroups"])));
  for (const { path, value } of written) {
    const [, parent, name, ...inner] = path;
    if (parent !== "nodeGroups" || name === undefined || inner.length > 0) continue;
    if (value === undefined) names.delete(name);
    else names.add(name);
  }
  names.delete(defaultGroupName);
  return names.size > 0;
}

/** Subtrees this library does not model. A patch would freeze today's defaults of them into the object (platform.md §1.4). */
const unmodelled = ["talos", "images"];

/**
 * Changes that are added to every write but never cause one: our label where it is missing, no group `md0` where none is wanted,
 * no frozen defaults, no creation mark. `written` are the paths that the write itself sets.
 */
export function housekeepingChanges(object: JsonObject, platform: Platform, written: readonly Change[]): Change[] {
  const result: Change[] = [];
  const sets = (path: readonly string[]) => written.some((change) => change.path.join("\0") === path.join("\0"));
  const add = (change: Change) => {
    if (!sets(change.path)) result.push(change);
  };
  if (valueAt(object, labelPath(managedByLabel)) === undefined)
    add({ path: labelPath(managedByLabel), value: managedByUs });
  for (const mark of [creationAnnotation, formerWriteAnnotation]) {
    if (valueAt(object, annotationPath(mark)) !== undefined) add({ path: annotationPath(mark), value: undefined });
  }
  const mark = written.find(({ path }) => path.join("\0") === annotationPath(defaultGroupAnnotation).join("\0"));
  const decided = mark === undefined ? valueAt(object, annotationPath(defaultGroupAnnotation)) : mark.value;
  if (decided === "none" && platform.nodeGroupsInSpec) {
    const path = ["spec", "nodeGroups", defaultGroupName];
    const seen = valueAt(object, path);
    // A group that differs from the default was set by another writer, and every write keeps it.
    if (readsAsUnset(platform, seen)) {
      // Where the chart does not bring the group by itself, a null would only be a value no schema allows.
      if (platform.phantomGroup) add({ path, value: null });
      else if (seen !== undefined) add({ path, value: undefined });
    } else if (isEmptyPlaceholder(platform, seen) && hasOtherGroups(object, written)) add({ path, value: undefined });
  }
  for (const key of unmodelled) {
    const value = valueAt(object, ["spec", key]);
    if (value !== undefined && jsonEqual(value, clusterDefault(platform, [key])))
      add({ path: ["spec", key], value: undefined });
  }
  return result;
}
