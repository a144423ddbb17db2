import { isJsonObject, type Json } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { Removed } from "../desired/state.ts";
import { clusterOf, defaultGroupName, type NodeGroupId } from "../ids.ts";
import { annotationPath, defaultGroupAnnotation } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor } from "../object/monitors.ts";
import type { MemberRemoveOptions } from "../options.ts";
import { readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { liveGroup } from "../read/observe.ts";
import { findPool } from "../read/pools.ts";
import { MemberRemoval } from "../rollout/member-removal.ts";
import type { Seen } from "../rollout/wait.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import type { Edit } from "../write/edit.ts";
import { removePool } from "./remove-pool.ts";

/**
 * Removes a node group and waits until its machines are gone. A group or cluster that does not exist counts as gone. Returns a warning
 * if the platform has accepted the removal but cannot roll out any change of the cluster: this must not prevent the deletion of the
 * cluster itself.
 */
export async function removeNodeGroup(
  context: Context,
  id: NodeGroupId,
  options: MemberRemoveOptions,
): Promise<Removed> {
  const { signal, expectUid, waitFor = "ready" } = options;
  const { reader } = context;
  const cluster = clusterOf(id);
  const removal = new MemberRemoval(`Node group ${id.name} of cluster ${id.cluster}`);
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const object = await retryUntilDeadline(context, options, () => reader.present(cluster, signal));
    const pool = await retryUntilDeadline(context, options, () => findPool(reader, platform, id, signal, true));
    if (pool !== undefined && (object === undefined || liveGroup(object, id, platform) === undefined)) {
      return { warnings: await removePool(context, id, pool, platform, options) };
    }
    if (object === undefined || (expectUid !== undefined && object.uid !== expectUid)) return removal.done;
    // The group is deleted with its cluster; a write to an object that is being deleted would orphan the group.
    if (object.deletedAt !== undefined) return removal.done;
    const missing = async (seen: Seen) =>
      isGone(id, platform, seen) ? undefined : `machines of node group ${id.name} are still there`;
    const edit = removalEdit(id, object.uid);
    const step = { ...options, waitFor, accepted: removal.accepted, stages: [{ missing }] };
    const { outcome } = await writeAndWait(context, cluster, edit, step);
    return removal.end(outcome);
  } catch (error) {
    return removal.failed(CoreError.from(error, `deleting node group ${id.name} of cluster ${id.cluster}`, signal));
  }
}

/** Whether no machine of the group is left, or the platform keeps the group: from 1.6 on the chart adds md0 to a cluster without groups. */
const isGone = (id: NodeGroupId, platform: Platform, { object, monitors }: Seen): boolean =>
  groupMonitor(monitors, id) === undefined || platformKeeps(id, object, platform);

function platformKeeps(id: NodeGroupId, object: AppObject, platform: Platform): boolean {
  if (id.name !== defaultGroupName) return false;
  const chartKeepsIt = !platform.phantomGroup && Object.keys(objectAt(object.spec, ["nodeGroups"])).length === 0;
  return chartKeepsIt || object.annotations[defaultGroupAnnotation] === "platform";
}

/** Returns the edit that removes one group from the cluster's spec. md0 needs a null where the platform would add it again. */
function removalEdit(id: NodeGroupId, expectUid: string): Edit {
  return {
    owner: { kind: "nodeGroup", name: id.name },
    purpose: "remove",
    expectUid,
    build: (live, platform) => {
      const path = ["spec", "nodeGroups", id.name];
      const seen = valueAt(live.json, path);
      if (id.name !== defaultGroupName || !platform.phantomGroup) return [{ path, value: undefined }];
      const mark = live.annotations[defaultGroupAnnotation];
      if (mark === "platform") return [{ path, value: platformDefault(platform) }];
      if (mark === "none" && readsAsUnset(platform, seen)) return [];
      return [
        { path: annotationPath(defaultGroupAnnotation), value: "none" },
        { path, value: null },
      ];
    },
  };
}

function platformDefault(platform: Platform): Json {
  const served = valueAt(platform.clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName]);
  return isJsonObject(served) ? structuredClone(served) : null;
}
