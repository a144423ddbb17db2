import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import type { Platform } from "./platform.ts";
import { applyDefaults, defaultAt, schemaAt } from "./schema-defaults.ts";

/** Returns the served schema of one node group. */
export function groupSchema(platform: Platform): JsonObject {
  return schemaAt(platform.clusterSpec, ["nodeGroups", "any"]) ?? platform.poolSpec ?? {};
}

/** Returns a group without settings, as the platform shows it. */
export function emptyGroup(platform: Platform): JsonObject {
  const group = applyDefaults({}, groupSchema(platform), false);
  return isJsonObject(group) ? group : {};
}

/** Returns the complete default group that the platform adds, so that it can be requested explicitly. */
export function platformGroup(platform: Platform): JsonObject {
  const served = valueAt(platform.clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName]);
  if (isJsonObject(served)) return structuredClone(served);
  return { ...emptyGroup(platform), roles: ["ingress-nginx"], resources: {}, gpus: [] };
}

/** The group `md0` without machines, which prevents the chart of 1.6 from adding one with machines to a cluster without groups. */
export const emptyPlaceholder = (platform: Platform): JsonObject => ({
  ...emptyGroup(platform),
  minReplicas: 0,
  maxReplicas: 0,
});

/** Whether a group is that placeholder. */
export const isEmptyPlaceholder = (platform: Platform, group: Json | undefined): boolean =>
  !platform.phantomGroup && jsonEqual(group, emptyPlaceholder(platform));

/**
 * Whether a group reads as if it was never set: null, absent, `{}` and the platform's default group are indistinguishable in a read
 * (platform.md §7).
 */
export const readsAsUnset = (platform: Platform, group: Json | undefined): boolean =>
  group === undefined || jsonEqual(group, emptyGroup(platform)) || jsonEqual(group, platformGroup(platform));

/** Returns the default that the platform shows at a path of a cluster's spec. */
export const clusterDefault = (platform: Platform, path: readonly string[]): Json | undefined =>
  defaultAt(platform.clusterSpec, path);
