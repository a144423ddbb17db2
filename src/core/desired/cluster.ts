import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { annotationPath, labelPath, managedByLabel, managedByUs } from "../object/annotations.ts";
import { clusterDefault } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";
import { normaliseVersion } from "../platform/versions.ts";
import type { ClusterDesired } from "./desired.ts";
import {
  count,
  type Field,
  type FieldType,
  type FieldValue,
  field,
  means,
  optionalText,
  quantity,
  readFields,
  setAt,
  text,
  texts,
  valuesOf,
} from "./field.ts";
import type { Change } from "./patch.ts";
import type { ClusterSpec } from "./state.ts";
import { talosFields } from "./talos.ts";
import { volumeMounts, volumes } from "./volumes.ts";

/** A minor version in any spelling, written in the platform's spelling. */
const version: FieldType = {
  read: text.read,
  write: (value) => (typeof value === "string" ? (normaliseVersion(value) ?? value) : value),
};

const users: FieldType = {
  read: (stored) =>
    Array.isArray(stored)
      ? stored.map((user) => ({ email: stringAt(user, ["email"]) ?? "", role: stringAt(user, ["role"]) ?? "" }))
      : undefined,
};

/** Size fields of a component; those of konnectivity are nested one level deeper in the API. */
function component(key: string, path: readonly string[] = [key]): Field[] {
  return [["resourcesPreset"], ["resources", "cpu"], ["resources", "memory"]].map((setting) => ({
    key: ["controlPlane", key, ...setting],
    path: ["controlPlane", ...path, ...setting],
    type: setting.length > 1 ? quantity : text,
  }));
}

/** All settings of a cluster except node groups and add-ons. */
export const clusterFields: readonly Field[] = [
  field(version, "version"),
  field(text, "storageClass"),
  // Empty if the platform has chosen the host.
  field(optionalText, "host"),
  field(count, "controlPlane", "replicas"),
  ...component("apiServer"),
  field(texts, "controlPlane", "apiServer", "extraArgs"),
  field(volumes, "controlPlane", "apiServer", "extraVolumes"),
  field(volumeMounts, "controlPlane", "apiServer", "extraVolumeMounts"),
  ...component("controllerManager"),
  ...component("scheduler"),
  ...component("konnectivity", ["konnectivity", "server"]),
  field(text, "oidc", "mode"),
  field(users, "oidc", "users"),
  field(optionalText, "oidc", "customConfig", "config"),
  field(optionalText, "oidc", "customConfig", "secretRef", "name"),
  field(text, "nodeHealthCheck", "maxUnhealthy"),
  field(text, "nodeHealthCheck", "nodeStartupTimeout"),
  ...talosFields,
];

/** Yields the settings of a desired cluster. */
export const clusterValues = (desired: Partial<ClusterDesired>): Generator<FieldValue> =>
  valuesOf(clusterFields, desired);

/** Returns the spec of a new cluster, limited to the desired settings (platform.md §9.1). */
export function clusterSpec(desired: ClusterDesired): JsonObject {
  const spec: JsonObject = {};
  for (const { field, value } of clusterValues(desired)) setAt(spec, field.path, value);
  return spec;
}

/**
 * Returns the changes of a cluster's own keys: keys to `write` are set, keys to `giveBack` are reset to the platform's defaults. A
 * stored value with the same meaning keeps its spelling.
 */
export function clusterChanges(
  live: JsonObject,
  write: Partial<ClusterDesired>,
  giveBack: Partial<ClusterDesired>,
  platform: Platform,
): Change[] {
  const changes: Change[] = [];
  for (const { field, value } of clusterValues(write)) {
    const path = ["spec", ...field.path];
    if (!means(field, valueAt(live, path), value)) changes.push({ path, value });
  }
  for (const { field } of clusterValues(giveBack)) {
    const change = { path: ["spec", ...field.path], value: clusterDefault(platform, field.path) };
    changes.push(talosFields.includes(field) ? { ...change, removed: true } : change);
  }
  for (const [kind, at] of [
    ["labels", labelPath],
    ["annotations", annotationPath],
  ] as const) {
    for (const [key, value] of Object.entries(write[kind] ?? {})) changes.push({ path: at(key), value });
    // An object without labels makes concurrent writes unsafe.
    for (const key of Object.keys(giveBack[kind] ?? {}))
      changes.push({ path: at(key), value: kind === "labels" && key === managedByLabel ? managedByUs : undefined });
  }
  return changes;
}

/** Reads a cluster's own settings from a spec, in the form of ClusterDesired. A block that the platform does not serve is undefined. */
export function readClusterSpec(spec: JsonObject): ClusterSpec {
  const read = readFields(clusterFields, spec);
  const block = (key: string): Json | undefined => (isJsonObject(spec[key]) ? objectAt(read, [key]) : undefined);
  const none = { apiServer: {}, controllerManager: {}, scheduler: {}, konnectivity: {} };
  return {
    version: undefined,
    storageClass: undefined,
    host: undefined,
    ...read,
    controlPlane: { ...none, ...objectAt(read, ["controlPlane"]) },
    oidc: block("oidc"),
    nodeHealthCheck: block("nodeHealthCheck"),
    talos: block("talos"),
  } as ClusterSpec;
}

/** Returns a cluster's own settings as the platform shows them when nothing is set. */
export function clusterDefaults(platform: Platform): ClusterSpec {
  const spec = applyDefaults({}, platform.clusterSpec);
  return readClusterSpec(isJsonObject(spec) ? spec : {});
}
