import { isJsonObject } from "../../base/json.ts";
import { objectAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { RemoveOptions } from "../options.ts";
import { hasRetiredDisk, retiredDiskKey } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import type { Edit } from "../write/edit.ts";

/**
 * Corrects a cluster that an upgrade of the platform left with node groups that the chart refuses, before it is deleted: the platform
 * uninstalls what its last release contains, and groups that were removed from the settings since then would keep their machines. The
 * retired key is removed from every group, because all of them are deleted. A cluster that cannot be corrected is deleted as it is.
 */
export async function mendBeforeRemoval(
  context: Context,
  id: ClusterId,
  object: AppObject,
  platform: Platform,
  options: RemoveOptions,
): Promise<void> {
  if (object.deletedAt !== undefined || retiredKeysOf(object, platform).length === 0) return;
  const { clock, timings } = context;
  const edit: Edit = {
    owner: { kind: "cluster", name: id.name },
    purpose: "reconcile",
    expectUid: object.uid,
    build: (live, served) => retiredKeysOf(live, served).map((path) => ({ path, value: undefined })),
  };
  const deadline = Math.min(options.deadline, clock.now() + timings.unmovedMs);
  try {
    await writeAndWait(context, id, edit, { ...options, deadline, waitFor: "ready", stages: [] });
  } catch (error) {
    const isOver =
      error instanceof CoreError &&
      ["Timeout", "NotFound", "Replaced", "Deleting", "Refused", "Lost"].includes(error.code);
    // The deletion that follows finds out what there is.
    if (!isOver) throw error;
  }
}

const retiredKeysOf = ({ spec }: AppObject, platform: Platform): string[][] =>
  Object.entries(platform.nodeGroupsInSpec ? objectAt(spec, ["nodeGroups"]) : {})
    .filter(([, group]) => isJsonObject(group) && hasRetiredDisk(platform, group))
    .map(([name]) => ["spec", "nodeGroups", name, retiredDiskKey]);
