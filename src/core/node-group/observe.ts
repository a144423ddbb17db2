import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { groupHolds } from "../desired/node-group.ts";
import type { NodeGroupState } from "../desired/state.ts";
import { clusterOf, defaultGroupName, type NodeGroupId } from "../ids.ts";
import type { ObserveOnceOptions, ObserveOptions } from "../options.ts";
import { hasRetiredDisk, readsAsUnset } from "../platform/groups.ts";
import { liveGroup, nodeGroupState } from "../read/observe.ts";
import { findPool, isFree } from "../read/pools.ts";

/** Returns the observed state of a node group; undefined if the group or its cluster is certainly gone. Throws CoreError. */
export async function observeNodeGroup(
  context: Context,
  id: NodeGroupId,
  { signal, fresh = false }: ObserveOptions,
): Promise<NodeGroupState | undefined> {
  const { reader } = context;
  try {
    const [platform, object, monitors] = await Promise.all([
      context.platformForRead(signal),
      reader.cluster(clusterOf(id), signal, fresh),
      reader.monitors(id.namespace, signal, fresh),
    ]);
    const pool = await findPool(reader, platform, id, signal, fresh);
    if (object !== undefined && liveGroup(object, id, platform) !== undefined) {
      const outdated = hasRetiredDisk(platform, liveGroup(object, id, platform));
      return { ...nodeGroupState(id, "cluster", object, object.uid, monitors), outdated };
    }
    return pool === undefined ? undefined : nodeGroupState(id, "KubernetesNodes", pool, object?.uid, monitors);
  } catch (error) {
    throw CoreError.from(error, `reading node group ${id.name} of cluster ${id.cluster}`, signal);
  }
}

/** Whether a group that is to be created already has every desired setting; undefined if it does not exist. Throws CoreError. */
export async function existingNodeGroup(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  options: ObserveOnceOptions,
): Promise<{ readonly equal: boolean } | undefined> {
  const { signal } = options;
  const { reader } = context;
  try {
    const platform = await context.platformForRead(signal);
    const object = await reader.find(clusterOf(id), options);
    const declared = object === undefined ? undefined : liveGroup(object, id, platform);
    const pool = declared === undefined ? await findPool(reader, platform, id, signal) : undefined;
    const found = declared ?? pool?.spec;
    const isUnset = id.name === defaultGroupName && declared !== undefined && readsAsUnset(platform, declared);
    if (found === undefined || isUnset || (pool !== undefined && isFree(id, pool))) return undefined;
    return { equal: groupHolds(found, desired, platform) };
  } catch (error) {
    throw CoreError.from(error, `reading node group ${id.name} of cluster ${id.cluster}`, signal);
  }
}
