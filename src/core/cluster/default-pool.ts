import { type Context, retryUntilDeadline } from "../context.ts";
import type { ClusterDesired, NodeGroupDesired } from "../desired/desired.ts";
import type { Notice } from "../desired/state.ts";
import { type ClusterId, defaultGroupName, type NodeGroupId, poolName } from "../ids.ts";
import { createPool } from "../node-group/create-pool.ts";
import { removePool } from "../node-group/remove-pool.ts";
import type { WaitOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { platformsPool } from "../read/observe.ts";
import { poolsOf } from "../read/pools.ts";

/** The group that the chart added before node groups became objects of their own (platform.md §3.4). */
const defaultGroup: NodeGroupDesired = { minReplicas: 0, maxReplicas: 10, roles: ["ingress-nginx"] };

/**
 * Creates or deletes the pool `md0` of a cluster as `defaultNodeGroup` says, on a platform whose node groups are objects of their own. A
 * pool that a node group resource manages is never deleted. Does not wait for the nodes of a new pool. Returns what the user is to know.
 * Throws CoreError.
 */
export async function convergeDefaultPool(
  context: Context,
  id: ClusterId,
  { defaultNodeGroup }: ClusterDesired,
  platform: Platform,
  options: WaitOptions,
): Promise<Notice[]> {
  if (platform.nodeGroupsInSpec) return [];
  const { reader } = context;
  const { signal } = options;
  const read = () =>
    Promise.all([
      reader.cluster(id, signal, true),
      poolsOf(reader, platform, id, signal, true),
      reader.monitors(id.namespace, signal, true),
    ]);
  const [cluster, pools, monitors] = await retryUntilDeadline(context, options, read);
  if (cluster === undefined || cluster.deletedAt !== undefined) return [];
  const group: NodeGroupId = { namespace: id.namespace, cluster: id.name, name: defaultGroupName };
  if (defaultNodeGroup) {
    const exists = pools.some(({ name }) => name === poolName(group));
    if (!exists) await createPool(context, platform, group, defaultGroup, cluster, options);
    return [];
  }
  const pool = platformsPool(cluster, monitors, pools);
  return pool === undefined ? [] : await removePool(context, group, pool, platform, options);
}
