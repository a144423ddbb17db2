import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import type { Converged, NodeGroupState } from "../desired/state.ts";
import { clusterOf, clusterRef, type NodeGroupId } from "../ids.ts";
import type { ConvergeOptions } from "../options.ts";
import { liveGroup } from "../read/observe.ts";
import { findPool } from "../read/pools.ts";
import { deleting, replaced } from "../write/edit.ts";
import { convergeInSpec } from "./converge-in-spec.ts";
import { convergePool } from "./converge-pool.ts";
import { untilPoolGone } from "./remove-pool.ts";
import { type NodeGroupOptions, ownerOf } from "./wait.ts";

/** Announces a converge of the group, so that pending writes of its cluster wait briefly and include it. */
export const announceNodeGroup = ({ writer }: Context, id: NodeGroupId): void =>
  writer.announce(clusterRef(clusterOf(id)), ownerOf(id));

/**
 * Applies the desired settings of a node group and waits according to `waitFor`. A slow group results in a warning, not an error
 * (design rule 7).
 */
export async function convergeNodeGroup(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  given: ConvergeOptions<NodeGroupDesired, NodeGroupState>,
): Promise<Converged<NodeGroupState>> {
  let partial: NodeGroupState | undefined;
  const { signal } = given;
  const options: NodeGroupOptions = {
    ...given,
    began: context.clock.now(),
    accepted: (state) => {
      partial = state;
      given.accepted?.(state);
    },
  };
  try {
    const { platform, cluster, pool } = await homeOf(context, id, options);
    const inSpec = liveGroup(cluster, id, platform) !== undefined;
    if (inSpec || (pool === undefined && platform.nodeGroupsInSpec))
      return await convergeInSpec(context, id, desired, options);
    return await convergePool(context, id, desired, { platform, cluster, pool }, options);
  } catch (error) {
    const known = CoreError.from(error, `converging node group ${id.name} of cluster ${id.cluster}`, signal);
    throw known.withPartial(partial);
  }
}

/** Returns the cluster of a group and, if it exists, the group's `KubernetesNodes` object. Throws CoreError NotFound, Replaced. */
async function homeOf(context: Context, id: NodeGroupId, options: NodeGroupOptions) {
  const { signal, expectUid, create } = options;
  const { reader } = context;
  const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
  const cluster = await retryUntilDeadline(context, options, () => reader.cluster(clusterOf(id), signal));
  if (cluster === undefined) {
    throw new CoreError("NotFound", `Cluster ${id.cluster} does not exist in namespace ${id.namespace}.`, {
      hint: "Create the cluster first, or correct the id of the cluster.",
    });
  }
  if (expectUid !== undefined && cluster.uid !== expectUid) throw replaced(cluster);
  if (cluster.deletedAt !== undefined) throw deleting(cluster);
  // A group that is created again can follow its own removal.
  const pool = await retryUntilDeadline(context, options, () => findPool(reader, platform, id, signal, create));
  if (!create || pool?.deletedAt === undefined) return { platform, cluster, pool };
  await untilPoolGone(context, id, pool, options);
  return { platform, cluster, pool: undefined };
}
