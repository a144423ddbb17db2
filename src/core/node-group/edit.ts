import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { groupHolds, groupSpec } from "../desired/node-group.ts";
import type { Change } from "../desired/patch.ts";
import type { NodeGroupState } from "../desired/state.ts";
import { defaultGroupName, memberKey, type NodeGroupId } from "../ids.ts";
import { annotationPath, defaultGroupAnnotation } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { ConvergeOptions } from "../options.ts";
import { readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { liveGroup } from "../read/observe.ts";
import type { Edit } from "../write/edit.ts";

type Options = Pick<ConvergeOptions<NodeGroupDesired, NodeGroupState>, "create" | "previous" | "expectUid">;

/** Returns the edit that applies the desired settings of one group in the cluster's spec. */
export function groupEdit(id: NodeGroupId, desired: NodeGroupDesired, { create, previous, expectUid }: Options): Edit {
  return {
    owner: { kind: "nodeGroup", name: id.name },
    purpose: "apply",
    expectUid,
    build: (live, platform, first) => {
      const declared = liveGroup(live, id, platform);
      const takeover = id.name === defaultGroupName && readsAsUnset(platform, declared);
      if (create && first && declared !== undefined && !takeover && !groupHolds(declared, desired, platform))
        throw alreadyExists(id);
      const next = groupSpec(takeover ? undefined : declared, desired, previous, platform);
      const path = ["spec", "nodeGroups", id.name];
      const seen = declared === undefined ? undefined : valueAt(live.json, path);
      const changes = isJsonObject(seen) ? keyChanges(path, seen, next, takeover) : [{ path, value: next }];
      return [...markChanges(id, live, platform), ...changes];
    },
  };
}

/** Returns the changes of single keys from one version of a group to the next. */
export function keyChanges(path: readonly string[], seen: JsonObject, next: JsonObject, takeover: boolean): Change[] {
  return [...new Set([...Object.keys(seen), ...Object.keys(next)])].flatMap((key): Change[] => {
    // Roles and GPUs that the platform set in its default group are not settings of the resource that declares the group.
    const isPlatforms = takeover && next[key] === undefined && (key === "roles" || key === "gpus");
    const value = isPlatforms ? [] : next[key];
    return jsonEqual(seen[key], value) ? [] : [{ path: [...path, key], value }];
  });
}

function markChanges(id: NodeGroupId, live: AppObject, platform: Platform): Change[] {
  const mark = live.annotations[defaultGroupAnnotation];
  const takes = id.name === defaultGroupName && takesDefaultGroup(mark, platform);
  return takes ? [{ path: annotationPath(defaultGroupAnnotation), value: "managed" }] : [];
}

/** Whether the annotation of `md0` must become `managed`, so that the cluster resource never removes the group. */
const takesDefaultGroup = (mark: string | undefined, platform: Platform): boolean =>
  mark !== "managed" && (mark !== undefined || platform.phantomGroup);

export const alreadyExists = (id: NodeGroupId): CoreError =>
  new CoreError(
    "AlreadyExists",
    `Cluster ${id.cluster} already has a node group named ${id.name}, with other settings.`,
    {
      summary: `Node group ${id.name} already exists in cluster ${id.cluster}`,
      path: ["name"],
      hint: "Choose another name.",
      remedy: { kind: "takeOver", owner: "nodeGroup", id: memberKey(id) },
    },
  );
