import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, stringAt } from "../../base/json-pointer.ts";
import { annotationPath, talosAnnotation } from "../object/annotations.ts";
import { clusterDefault } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { ClusterDesired } from "./desired.ts";
import { type Field, text, valuesOf } from "./field.ts";
import type { Change } from "./patch.ts";

const setting = (key: string, path = key): Field => ({ key: ["talos", key], path: ["talos", path], type: text });

/** The operating system of the nodes. */
export const talosFields: readonly Field[] = [
  setting("version"),
  setting("schematicId", "schematicID"),
  setting("imageFactoryUrl", "imageFactoryURL"),
  setting("installerRepository"),
];

/** Returns the value of the annotation that records which settings are set, as the API names them; undefined if none is. */
export function talosRecord({ talos }: Pick<ClusterDesired, "talos">): string | undefined {
  const set = [...valuesOf(talosFields, { talos })].map(({ field }) => field.path[1] ?? "");
  return set.length === 0 ? undefined : set.join(",");
}

/** Returns the change of that annotation where the settings themselves change. */
export function talosRecordChanges(live: JsonObject, desired: ClusterDesired, changed: boolean): Change[] {
  const path = annotationPath(talosAnnotation);
  const record = talosRecord(desired);
  return !changed || stringAt(live, path) === record ? [] : [{ path, value: record }];
}

/**
 * Returns the removals of stored defaults. Every patch stores the current defaults (platform.md §1.4); a later platform changes them
 * together with the Kubernetes versions that they support (§3.2), so that only settings of the configuration may stay.
 */
export function talosDefaultsStored(object: JsonObject, platform: Platform, written: readonly Change[]): Change[] {
  const at = ["spec", "talos"];
  const mark = written.find(({ path }) => path.join("\0") === annotationPath(talosAnnotation).join("\0"));
  const record = mark === undefined ? stringAt(object, annotationPath(talosAnnotation)) : mark.value;
  const set = typeof record === "string" ? record.split(",") : [];
  const isWritten = (key: string) => written.some(({ path }) => path.join("\0") === [...at, key].join("\0"));
  const defaults = clusterDefault(platform, ["talos"]);
  const stored = objectAt(object, at);
  const keys = Object.keys(stored).filter(
    (key) => !set.includes(key) && !isWritten(key) && isJsonObject(defaults) && jsonEqual(stored[key], defaults[key]),
  );
  if (keys.length === 0) return [];
  const isWhole = keys.length === Object.keys(stored).length && !written.some(({ path }) => path[1] === "talos");
  return isWhole ? [{ path: at, value: undefined }] : keys.map((key) => ({ path: [...at, key], value: undefined }));
}
