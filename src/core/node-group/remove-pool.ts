import { type Context, poolSubject } from "../context.ts";
import type { ClusterId, NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor, type Monitor } from "../object/monitors.ts";
import type { MemberRemoveOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { poolId, poolsOf } from "../read/pools.ts";
import { deleteObject, untilGone } from "../rollout/delete-object.ts";

/** Deletes a group's `KubernetesNodes` object and waits until its machines are gone. */
export async function removePool(
  context: Context,
  id: NodeGroupId,
  pool: AppObject,
  platform: Platform,
  options: MemberRemoveOptions,
): Promise<void> {
  const subject = poolSubject(context, id);
  const own = (monitors: readonly Monitor[]) => {
    const monitor = groupMonitor(monitors, id);
    return monitor === undefined ? [] : [monitor];
  };
  try {
    await deleteObject(context, subject, { kind: "nodeGroup", name: id.name }, pool, platform, options);
    if (options.waitFor !== "accepted") await untilGone(context, subject, pool.uid, own, options);
  } finally {
    context.writer.queue(subject.ref).unseal();
  }
}

/** Deletes all `KubernetesNodes` objects of a cluster and waits until their machines are gone. */
export async function removePools(
  context: Context,
  id: ClusterId,
  platform: Platform,
  options: MemberRemoveOptions,
): Promise<void> {
  const pools = await poolsOf(context.reader, platform, id, options.signal, true);
  await Promise.all(pools.map((pool) => removePool(context, poolId(id, pool), pool, platform, options)));
}
