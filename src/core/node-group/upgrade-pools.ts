import type { Context } from "../context.ts";
import { type ClusterId, poolRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { poolId, poolsOf } from "../read/pools.ts";
import type { Edit } from "../write/edit.ts";

/** Sets the version of a cluster's `KubernetesNodes` objects to that of the cluster. */
export async function upgradePools(
  context: Context,
  platform: Platform,
  id: ClusterId,
  version: string,
  { signal, deadline }: WaitOptions,
): Promise<void> {
  const pools = await poolsOf(context.reader, platform, id, signal, true);
  const behind = pools.filter(({ spec, deletedAt }) => deletedAt === undefined && spec["version"] !== version);
  const upgrade = async (pool: AppObject): Promise<void> => {
    const group = poolId(id, pool);
    const edit: Edit = {
      owner: { kind: "nodeGroup", name: group.name },
      purpose: "reconcile",
      expectUid: pool.uid,
      build: () => [{ path: ["spec", "version"], value: version }],
    };
    await context.writer.submit(poolRef(group), edit, { signal, deadline });
  };
  await Promise.all(behind.map(upgrade));
}
