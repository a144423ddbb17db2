import { valueAt } from "../../base/json-pointer.ts";
import { clusterChanges } from "../desired/cluster.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { difference } from "../desired/difference.ts";
import type { Change } from "../desired/patch.ts";
import type { ClusterState } from "../desired/state.ts";
import { talosRecordChanges } from "../desired/talos.ts";
import { type ClusterId, defaultGroupName, releaseName } from "../ids.ts";
import {
  annotationPath,
  type DefaultGroup,
  defaultGroupAnnotation,
  lastWriteAnnotation,
} from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Monitor } from "../object/monitors.ts";
import type { ConvergeOptions } from "../options.ts";
import { emptyPlaceholder, hasRetiredDisk, platformGroup, readsAsUnset, retiredDiskKey } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { declaredGroups } from "../read/observe.ts";
import { upgradeSteps } from "../validate/version.ts";
import type { Edit } from "../write/edit.ts";

/** Returns the edit for a cluster's own keys. */
export function clusterEdit(
  id: ClusterId,
  desired: ClusterDesired,
  { previous, expectUid }: ConvergeOptions<ClusterDesired, ClusterState>,
  monitors: readonly Monitor[],
): Edit {
  const phantomRuns = monitors.some(({ name }) => name === `${releaseName(id.name)}-${defaultGroupName}`);
  const { write, giveBack } = difference(desired, previous);
  // The last write recorded before this edit was sent. A write that was not carried out leaves it unchanged.
  let asked: { readonly lastWrite: string | undefined } | undefined;
  return {
    owner: { kind: "cluster", name: id.name },
    purpose: "apply",
    expectUid,
    build: (live, platform, first) => {
      const stored = valueAt(live.spec, ["version"]);
      if (typeof stored === "string" && write.version !== undefined)
        upgradeSteps({ from: stored, to: write.version, strategy: "stepwise" });
      const lastWrite = live.annotations[lastWriteAnnotation];
      if (first) asked = { lastWrite };
      const runs = phantomRuns && asked !== undefined && asked.lastWrite === lastWrite;
      const changes = clusterChanges(live.json, write, giveBack, platform);
      const ofTalos = talosRecordChanges(live.json, desired, "talos" in write || "talos" in giveBack);
      return [...changes, ...ofTalos, ...defaultGroupChanges(live, desired, previous, platform, runs)];
    },
  };
}

/**
 * Returns the changes for the platform's default group if its setting changed or a patch of another writer restored the group. A group
 * managed by its own resource is never changed.
 */
function defaultGroupChanges(
  live: AppObject,
  desired: ClusterDesired,
  previous: Partial<ClusterDesired> | undefined,
  platform: Platform,
  phantomRuns: boolean,
): Change[] {
  const path = ["spec", "nodeGroups", defaultGroupName];
  const mark = live.annotations[defaultGroupAnnotation];
  const group = valueAt(live.json, path);
  // From 1.6 on, the mark outlives the group.
  if (mark === "managed" && (group !== undefined || !platform.nodeGroupsInSpec)) return [];
  const marked = (value: DefaultGroup): Change => ({ path: annotationPath(defaultGroupAnnotation), value });
  if (!platform.nodeGroupsInSpec) {
    if (desired.defaultNodeGroup) return mark === "platform" ? [] : [marked("platform")];
    return mark === "platform" ? [marked("none")] : [];
  }
  if (desired.defaultNodeGroup) {
    if (mark === "platform") {
      return hasRetiredDisk(platform, group) ? [{ path: [...path, retiredDiskKey], value: undefined }] : [];
    }
    // An upgrade of the platform has stored the group that the platform added until then.
    if (mark === undefined && !platform.phantomGroup && group !== undefined) return [marked("platform")];
    const asked = previous?.defaultNodeGroup === false || mark === "none";
    return asked ? [marked("platform"), { path, value: platformGroup(platform) }] : [];
  }
  const isUnset = readsAsUnset(platform, group);
  if (platform.phantomGroup) {
    const dropped = previous?.defaultNodeGroup === true && (mark === "platform" || (mark === undefined && isUnset));
    if (dropped) return [marked("none"), { path, value: null }];
    // A null reads like a group, so the check repeats until a write was accepted.
    return mark === "none" && phantomRuns && isUnset ? [{ path, value: null }] : [];
  }
  // The chart of 1.6 adds md0 to a cluster without groups.
  const isAlone = declaredGroups(live, platform).every((name) => name === defaultGroupName);
  const isBack = mark === "none" && isUnset && (group !== undefined || (isAlone && phantomRuns));
  const dropped = previous?.defaultNodeGroup === true && (mark === "platform" || isUnset);
  if (!dropped && !isBack) return [];
  return [marked("none"), { path, value: isAlone ? emptyPlaceholder(platform) : undefined }];
}
