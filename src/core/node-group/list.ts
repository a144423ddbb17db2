import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupState } from "../desired/state.ts";
import { type ClusterId, defaultGroupName, type NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { ObserveOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { declaredGroups, declaringPools, isPlatformsDefaultGroup, nodeGroupState } from "../read/observe.ts";
import { poolId, poolsOf } from "../read/pools.ts";
import { type ClusterScope, clustersIn } from "../read/scope.ts";

/** A declared node group and the object that declares it. */
export interface DeclaredGroup {
  readonly id: NodeGroupId;
  readonly backend: NodeGroupState["backend"];
  readonly object: AppObject;
  readonly clusterUid: string;
}

/** Returns the node groups that clusters declare in their spec or in `KubernetesNodes` objects. */
export async function groupsOf(
  { reader }: Context,
  platform: Platform,
  clusters: readonly AppObject[],
  signal: AbortSignal,
  fresh = false,
): Promise<DeclaredGroup[]> {
  const found = clusters.map(async (object): Promise<DeclaredGroup[]> => {
    const cluster: ClusterId = { namespace: object.namespace, name: object.name };
    const pools = await poolsOf(reader, platform, cluster, signal, fresh);
    const inSpec = declaredGroups(object, platform);
    const inPools = declaringPools(object, pools);
    const base = { namespace: cluster.namespace, cluster: cluster.name };
    return [
      ...inSpec.map((name) => ({ id: { ...base, name }, backend: "cluster" as const, object, clusterUid: object.uid })),
      ...inPools
        .map((pool) => ({ id: poolId(cluster, pool), pool }))
        .filter(({ id }) => !inSpec.includes(id.name))
        .map(({ id, pool }) => ({ id, backend: "KubernetesNodes" as const, object: pool, clusterUid: object.uid })),
    ];
  });
  return (await Promise.all(found)).flat();
}

/**
 * Returns the node groups of a namespace or of one of its clusters, without the platform's default group, for which `defaultNodeGroup` of
 * its cluster stands; undefined if that cluster does not exist. Lists are read once, whatever their number. Throws CoreError.
 */
export async function listNodeGroups(
  context: Context,
  scope: ClusterScope,
  { signal }: ObserveOptions,
): Promise<NodeGroupState[] | undefined> {
  const { reader } = context;
  const { namespace, cluster } = scope;
  try {
    const [platform, monitors, clusters] = await Promise.all([
      context.platformForRead(signal),
      reader.monitors(namespace, signal),
      clustersIn(reader, scope, signal),
    ]);
    if (clusters === undefined) return undefined;
    const groups = await groupsOf(context, platform, clusters, signal);
    const isLeftOut = ({ id, object }: DeclaredGroup) =>
      id.name === defaultGroupName && isPlatformsDefaultGroup(object, platform);
    return groups
      .filter((group) => !isLeftOut(group))
      .map(({ id, backend, object, clusterUid }) => nodeGroupState(id, backend, object, clusterUid, monitors));
  } catch (error) {
    const what = cluster === undefined ? namespace : `cluster ${cluster}`;
    throw CoreError.from(error, `listing the node groups of ${what}`, signal);
  }
}
