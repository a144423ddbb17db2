import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import type { Platform } from "./platform.ts";
import { applyDefaults, defaultAt, schemaAt } from "./schema-defaults.ts";

/** The served schema of one node group. */
export function groupSchema(platform: Platform): JsonObject {
  return schemaAt(platform.clusterSpec, ["nodeGroups", "any"]) ?? platform.poolSpec ?? {};
}

/** A group as the platform shows one that has nothing set. */
export function emptyGroup(platform: Platform): JsonObject {
  const group = applyDefaults({}, groupSchema(platform), false);
  return isJsonObject(group) ? group : {};
}

/** The complete group the platform itself would add, so that it can be asked for by name. */
export function platformGroup(platform: Platform): JsonObject {
  const served = valueAt(platform.clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName]);
  if (isJsonObject(served)) return structuredClone(served);
  return { ...emptyGroup(platform), roles: ["ingress-nginx"], resources: {}, gpus: [] };
}

/** The group `md0` without machines, which keeps the chart of 1.6 from adding one with machines where there is no other group. */
export const emptyPlaceholder = (platform: Platform): JsonObject => ({
  ...emptyGroup(platform),
  minReplicas: 0,
  maxReplicas: 0,
});

/** Whether a group is that placeholder. */
export const isEmptyPlaceholder = (platform: Platform, group: Json | undefined): boolean =>
  !platform.phantomGroup && jsonEqual(group, emptyPlaceholder(platform));

/**
 * Whether a group reads as one that was never set: null, absent and `{}` cannot be told apart by reading (platform.md §7), nor
 * can the platform's default group be told from one that was never set.
 */
export const readsAsUnset = (platform: Platform, group: Json | undefined): boolean =>
  group === undefined || jsonEqual(group, emptyGroup(platform)) || jsonEqual(group, platformGroup(platform));

/** What the platform shows at a path of a cluster's spec in which it is not set. */
export const clusterDefault = (platform: Platform, path: readonly string[]): Json | undefined =>
  defaultAt(platform.clusterSpec, path);
