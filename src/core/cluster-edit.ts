import type { AppObject, Monitor } from "./cluster-object.ts";
import type { ConvergeOptions } from "./context.ts";
import type { ClusterDesired } from "./desired.ts";
import type { Edit } from "./edit.ts";
import { type ClusterId, releaseName } from "./ids.ts";
import { valueAt } from "./json-pointer.ts";
import { annotationPath, type DefaultGroup, defaultGroupAnnotation } from "./markers.ts";
import type { Change } from "./patch.ts";
import { defaultGroupName, type Platform, platformGroup, readsAsUnset } from "./platform.ts";
import { clusterChanges } from "./spec-cluster.ts";
import type { ClusterState } from "./state.ts";
import { upgradeSteps } from "./upgrade.ts";

/** A cluster's own keys as an edit. */
export function clusterEdit(
  id: ClusterId,
  desired: ClusterDesired,
  { previous, expectUid }: ConvergeOptions<ClusterDesired, ClusterState>,
  monitors: readonly Monitor[],
): Edit {
  const phantomRuns = monitors.some(({ name }) => name === `${releaseName(id.name)}-${defaultGroupName}`);
  return {
    owner: `cluster ${id.name}`,
    expectUid,
    build: (live, platform, first) => {
      const stored = valueAt(live.spec, ["version"]);
      if (typeof stored === "string" && desired.version !== undefined)
        upgradeSteps(stored, desired.version, undefined, "stepwise");
      const changes = clusterChanges(live.json, desired, previous, platform);
      return [...changes, ...defaultGroupChanges(live, desired, previous, platform, first && phantomRuns)];
    },
  };
}

/**
 * The changes where the wish about the platform's own group changed, or where somebody's patch brought it back although nobody wants it.
 * A cluster that this library did not create keeps its md0 unless asked: there may be work on it.
 */
function defaultGroupChanges(
  live: AppObject,
  desired: ClusterDesired,
  previous: Partial<ClusterDesired> | undefined,
  platform: Platform,
  phantomRuns: boolean,
): Change[] {
  if (!platform.nodeGroupsInSpec) return [];
  const path = ["spec", "nodeGroups", defaultGroupName];
  const mark = live.annotations[defaultGroupAnnotation];
  const marked = (value: DefaultGroup): Change => ({ path: annotationPath(defaultGroupAnnotation), value });
  const group = valueAt(live.json, path);
  if (desired.defaultNodeGroup) {
    if (mark === "platform" || mark === "managed") return [];
    const asked = previous?.defaultNodeGroup === false || mark === "none";
    return asked ? [marked("platform"), { path, value: platformGroup(platform) }] : [];
  }
  if (mark === "platform" && previous?.defaultNodeGroup === true) {
    return [marked("none"), { path, value: platform.phantomGroup ? null : undefined }];
  }
  const resurrected = mark === "none" && phantomRuns && readsAsUnset(platform, group) && platform.phantomGroup;
  return resurrected ? [{ path, value: null }] : [];
}
