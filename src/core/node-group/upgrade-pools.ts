import { jsonEqual } from "../../base/json.ts";
import type { Context } from "../context.ts";
import type { Change } from "../desired/patch.ts";
import { type ClusterId, poolRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { poolId, poolsOf } from "../read/pools.ts";
import type { Edit } from "../write/edit.ts";

/** Sets the version and the Talos image of a cluster's `KubernetesNodes` objects to those of the cluster, which must be equal (platform.md §4). */
export async function upgradePools(
  context: Context,
  platform: Platform,
  id: ClusterId,
  cluster: AppObject,
  { signal, deadline }: WaitOptions,
): Promise<void> {
  const pools = await poolsOf(context.reader, platform, id, signal, true);
  const changesOf = ({ spec }: AppObject): Change[] =>
    ["version", "talos"]
      .map((key) => ({ path: ["spec", key], value: cluster.spec[key] }))
      .filter(({ path, value }) => value !== undefined && !jsonEqual(spec[path[1] ?? ""], value));
  const behind = pools.filter((pool) => pool.deletedAt === undefined && changesOf(pool).length > 0);
  const upgrade = async (pool: AppObject): Promise<void> => {
    const group = poolId(id, pool);
    const edit: Edit = {
      owner: { kind: "nodeGroup", name: group.name },
      purpose: "reconcile",
      expectUid: pool.uid,
      build: changesOf,
    };
    await context.writer.submit(poolRef(group), edit, { signal, deadline });
  };
  await Promise.all(behind.map(upgrade));
}
