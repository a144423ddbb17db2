import { type Context, poolSubject } from "../context.ts";
import type { NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor, type Monitor } from "../object/monitors.ts";
import type { MemberRemoveOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { deleteObject, untilGone } from "../rollout/delete-object.ts";

/** Deletes a group's own object and waits until its machines are gone. */
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
