import { KubeError } from "../../kube/kube-error.ts";
import { type ClusterId, clusterOf, defaultGroupName, type NodeGroupId, poolName } from "../ids.ts";
import { managedByLabel } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import type { Reader } from "./reader.ts";

// Node groups in objects of their own: `KubernetesNodes/<cluster>-<pool>` (≥ 1.6, platform.md §4), called pools in code.

/** Returns the pools of a cluster that have a valid name; empty if the platform has no such kind or the tenant may not read it. */
export async function poolsOf(
  reader: Reader,
  platform: Platform,
  id: ClusterId,
  signal: AbortSignal,
  fresh = false,
): Promise<AppObject[]> {
  if (platform.poolSpec === undefined) return [];
  try {
    const pools = await reader.pools(id.namespace, signal, fresh);
    return pools.filter(({ name, spec }) => spec["cluster"] === id.name && name.startsWith(`${id.name}-`));
  } catch (error) {
    // A 404 without a reason means that the API as a whole is temporarily not served.
    const absent = error instanceof KubeError && error.code === "NotFound" && error.reason !== undefined;
    if (absent || (error instanceof KubeError && error.code === "Forbidden")) return [];
    throw error;
  }
}

/** Returns the id of the group of a pool. */
export const poolId = (id: ClusterId, pool: AppObject): NodeGroupId => ({
  namespace: id.namespace,
  cluster: id.name,
  name: pool.name.slice(id.name.length + 1),
});

/** Returns the pool of a group; undefined if there is none. */
export async function findPool(
  reader: Reader,
  platform: Platform,
  id: NodeGroupId,
  signal: AbortSignal,
  fresh = false,
): Promise<AppObject | undefined> {
  const pools = await poolsOf(reader, platform, clusterOf(id), signal, fresh);
  return pools.find(({ name }) => name === poolName(id));
}

/** Whether a resource may take over the pool `md0` that an upgrade of the platform made of the default group: nothing manages it. */
export const isFree = (id: NodeGroupId, pool: AppObject): boolean =>
  id.name === defaultGroupName && pool.labels[managedByLabel] === undefined;
