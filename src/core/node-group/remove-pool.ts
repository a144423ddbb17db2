import { type Context, poolSubject } from "../context.ts";
import type { Notice } from "../desired/state.ts";
import { type ClusterId, type NodeGroupId, poolsPath } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor, type Monitor } from "../object/monitors.ts";
import type { MemberRemoveOptions, WaitOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { poolId, poolsOf } from "../read/pools.ts";
import { untilGone } from "../rollout/delete-object.ts";
import { removeObject } from "../rollout/remove-object.ts";

/** Deletes a group's `KubernetesNodes` object and waits until its machines are gone. Returns what the user is to know. */
export async function removePool(
  context: Context,
  id: NodeGroupId,
  pool: AppObject,
  platform: Platform,
  options: MemberRemoveOptions,
): Promise<Notice[]> {
  const subject = poolSubject(context, id);
  try {
    const owner = { kind: "nodeGroup", name: id.name } as const;
    const removal = { subject, owner, platform, collection: poolsPath(id.namespace), own: monitorsOfPool(id) };
    return await removeObject(context, removal, pool, options);
  } finally {
    context.writer.queue(subject.ref).unseal();
  }
}

/** Waits until a `KubernetesNodes` object that is being deleted is gone, with its machines. Throws CoreError Timeout, Orphaned. */
export const untilPoolGone = (
  context: Context,
  id: NodeGroupId,
  pool: AppObject,
  options: WaitOptions,
): Promise<void> => untilGone(context, poolSubject(context, id), pool.uid, monitorsOfPool(id), options);

const monitorsOfPool = (id: NodeGroupId) => (monitors: readonly Monitor[]) => {
  const monitor = groupMonitor(monitors, id);
  return monitor === undefined ? [] : [monitor];
};

/** Deletes all `KubernetesNodes` objects of a cluster and waits until their machines are gone. Returns what the user is to know. */
export async function removePools(
  context: Context,
  id: ClusterId,
  platform: Platform,
  options: MemberRemoveOptions,
): Promise<Notice[]> {
  const pools = await poolsOf(context.reader, platform, id, options.signal, true);
  const notices = await Promise.all(
    pools.map((pool) => removePool(context, poolId(id, pool), pool, platform, options)),
  );
  return notices.flat();
}
