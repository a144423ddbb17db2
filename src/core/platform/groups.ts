import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import type { Platform } from "./platform.ts";
import { applyDefaults, defaultAt, schemaAt } from "./schema-defaults.ts";

/** Returns the served schema of one node group. */
export function groupSchema(platform: Platform): JsonObject {
  return schemaAt(platform.clusterSpec, ["nodeGroups", "any"]) ?? platform.poolSpec ?? {};
}

/** Returns a group without settings, as the platform shows it. `schema` is that of the place where the group is stored. */
export function emptyGroup(platform: Platform, schema: JsonObject = groupSchema(platform)): JsonObject {
  const group = applyDefaults({}, schema, false);
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

/** The key of a node's disk before 1.4; the chart of a platform that serves `diskSize` refuses a group with it (platform.md §0.1). */
export const retiredDiskKey = "ephemeralStorage";

/** Whether a group has the retired key of its disk: an upgrade of the platform can leave both. */
export const hasRetiredDisk = ({ diskKey }: Platform, group: Json | undefined): boolean =>
  diskKey !== retiredDiskKey && isJsonObject(group) && group[retiredDiskKey] !== undefined;

/** Returns a group without what an upgrade of the platform adds to it: the retired key of the disk, and empty settings of 1.6. */
function withoutUpgradeKeys(platform: Platform, group: JsonObject): JsonObject {
  const { [retiredDiskKey]: _, storageClass, kubelet, ...rest } = group;
  const empty = applyDefaults({}, schemaAt(groupSchema(platform), ["kubelet"]) ?? {}, false);
  return {
    ...rest,
    ...(storageClass === undefined || storageClass === "" ? {} : { storageClass }),
    ...(kubelet === undefined || jsonEqual(kubelet, empty) ? {} : { kubelet }),
  };
}

/**
 * Whether a group reads as if it was never set: null, absent, `{}` and the platform's default group are indistinguishable in a read
 * (platform.md §7). An upgrade of the platform stores the null as a group.
 */
export function readsAsUnset(platform: Platform, group: Json | undefined): boolean {
  if (group === undefined) return true;
  const plain =
    platform.diskKey !== retiredDiskKey && isJsonObject(group) ? withoutUpgradeKeys(platform, group) : group;
  return jsonEqual(plain, emptyGroup(platform)) || jsonEqual(plain, platformGroup(platform));
}

/** Returns the default that the platform shows at a path of a cluster's spec. */
export const clusterDefault = (platform: Platform, path: readonly string[]): Json | undefined =>
  defaultAt(platform.clusterSpec, path);
