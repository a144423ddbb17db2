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
import {
  clusterDefault,
  emptyPlaceholder,
  hasRetiredDisk,
  isEmptyPlaceholder,
  readsAsUnset,
  retiredDiskKey,
} from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { Change } from "./patch.ts";
import { talosDefaultsStored } from "./talos.ts";

/** Whether a cluster has a group other than `md0` after a write. */
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

/** Subtrees that this library does not model. A patch would store their current defaults in the object (platform.md §1.4). */
const unmodelled = ["images"];

/**
 * Returns changes that are added to every write but never cause one: adds our label, suppresses the group `md0` unless desired, removes
 * stored defaults and the creation annotation. `written` are the changes of the write itself.
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
    // A group that differs from the default was set by another writer and is kept.
    if (readsAsUnset(platform, seen)) {
      // Only needed where the chart adds the group; elsewhere the schema does not allow null.
      if (platform.phantomGroup) add({ path, value: null });
      else if (seen !== undefined)
        add({ path, value: hasOtherGroups(object, written) ? undefined : emptyPlaceholder(platform) });
    } else if (isEmptyPlaceholder(platform, seen) && hasOtherGroups(object, written)) add({ path, value: undefined });
  }
  const disk = ["spec", "nodeGroups", defaultGroupName, retiredDiskKey];
  if (
    decided === "platform" &&
    platform.nodeGroupsInSpec &&
    hasRetiredDisk(platform, valueAt(object, disk.slice(0, -1)))
  )
    add({ path: disk, value: undefined });
  for (const key of unmodelled) {
    const value = valueAt(object, ["spec", key]);
    if (value !== undefined && jsonEqual(value, clusterDefault(platform, [key])))
      add({ path: ["spec", key], value: undefined });
  }
  for (const change of talosDefaultsStored(object, platform, written)) add(change);
  return result;
}
