import { type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import type { Change } from "../spec/patch.ts";
import {
  clusterDefault,
  defaultGroupName,
  isEmptyPlaceholder,
  type Platform,
  readsAsUnset,
} from "../platform/platform.ts";

/**
 * What this library writes down on an object for itself: a label that makes concurrent writes safe (platform.md §7: two writes to
 * objects without labels kill the API server), and what no read can tell.
 */
export const managedByLabel = "app.kubernetes.io/managed-by";
export const managedByUs = "terraform-provider-hikube";

/** sha256 of the payload an object was created with; its creator recognises it after a crash. Gone with the next write. */
export const creationAnnotation = "hikube.cloud/creation";
/** What 0.1 wrote down instead of `hikube.cloud/last-write`. */
const formerWriteAnnotation = "hikube.cloud/metadata-write";
/** On every write: what `last-write.ts` notes for other processes. */
export const lastWriteAnnotation = "hikube.cloud/last-write";
/**
 * Who decides over the group `md0` that the platform adds by itself: `none` nobody wants it and every write says null again,
 * `managed` it is a group like any other, `platform` it was asked for.
 */
export const defaultGroupAnnotation = "hikube.cloud/default-node-group";
export type DefaultGroup = "none" | "managed" | "platform";

/**
 * Followed by an add-on's API name: the paths (JSON, a list of lists) of its Helm values that nobody may see. The values themselves
 * are kept nowhere, so that another process which reads a failure that quotes one, or the values, could not know.
 */
export const secretValuesAnnotation = "hikube.cloud/secret-values.";

const own = new Set([creationAnnotation, formerWriteAnnotation, lastWriteAnnotation, defaultGroupAnnotation]);

/** The labels and annotations that are the users' business. */
export const withoutMarkers = (keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).filter(
      ([key, value]) =>
        !own.has(key) && !key.startsWith(secretValuesAnnotation) && !(key === managedByLabel && value === managedByUs),
    ),
  );

export const annotationPath = (key: string): string[] => ["metadata", "annotations", key];
export const labelPath = (key: string): string[] => ["metadata", "labels", key];

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
 * What goes along with every write although it is no reason to write: our label where there is none, no group `md0` where nobody
 * wants one, no frozen defaults, no creation mark. `written` are the paths the write itself sets.
 */
export function riders(object: JsonObject, platform: Platform, written: readonly Change[]): Change[] {
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
    // A group that reads like nobody's default was made by somebody's hand, and what others set survives every write.
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
