import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { annotationPath, labelPath } from "../object/annotations.ts";
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

/** Any spelling of a minor version, written as the platform spells it. */
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

/** The sizes of a component; konnectivity's are one level deeper in the API. */
function component(key: string, path: readonly string[] = [key]): Field[] {
  return [["resourcesPreset"], ["resources", "cpu"], ["resources", "memory"]].map((setting) => ({
    key: ["controlPlane", key, ...setting],
    path: ["controlPlane", ...path, ...setting],
    type: setting.length > 1 ? quantity : text,
  }));
}

/** Every setting of a cluster's own part of its spec. Node groups and add-ons are never among them. */
export const clusterFields: readonly Field[] = [
  field(version, "version"),
  field(text, "storageClass"),
  // Empty where the platform has chosen one.
  field(optionalText, "host"),
  field(count, "controlPlane", "replicas"),
  ...component("apiServer"),
  field(texts, "controlPlane", "apiServer", "extraArgs"),
  ...component("controllerManager"),
  ...component("scheduler"),
  ...component("konnectivity", ["konnectivity", "server"]),
  field(text, "oidc", "mode"),
  field(users, "oidc", "users"),
  field(optionalText, "oidc", "customConfig", "config"),
  field(optionalText, "oidc", "customConfig", "secretRef", "name"),
  field(text, "nodeHealthCheck", "maxUnhealthy"),
  field(text, "nodeHealthCheck", "nodeStartupTimeout"),
];

/** The settings of a desired cluster, one by one. */
export const clusterValues = (desired: Partial<ClusterDesired>): Generator<FieldValue> =>
  valuesOf(clusterFields, desired);

/** The spec of a new cluster: what is desired and nothing else (platform.md §9.1). */
export function clusterSpec(desired: ClusterDesired): JsonObject {
  const spec: JsonObject = {};
  for (const { field, value } of clusterValues(desired)) setAt(spec, field.path, value);
  return spec;
}

/**
 * The changes of a cluster's own keys: those to `write` set, those to `giveBack` as the platform serves them by default. A stored value
 * that means the same keeps its spelling.
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
    changes.push({ path: ["spec", ...field.path], value: clusterDefault(platform, field.path) });
  }
  for (const [kind, at] of [
    ["labels", labelPath],
    ["annotations", annotationPath],
  ] as const) {
    for (const [key, value] of Object.entries(write[kind] ?? {})) changes.push({ path: at(key), value });
    for (const key of Object.keys(giveBack[kind] ?? {})) changes.push({ path: at(key), value: undefined });
  }
  return changes;
}

/** The part of a spec that is a cluster's own, in the form of ClusterDesired. A block is undefined where the platform serves none. */
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
  } as ClusterSpec;
}

/** A cluster's own part in which nothing is set, as the platform shows it. */
export function clusterDefaults(platform: Platform): ClusterSpec {
  const spec = applyDefaults({}, platform.clusterSpec);
  return readClusterSpec(isJsonObject(spec) ? spec : {});
}
