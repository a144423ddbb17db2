import { valueAt } from "../../base/json-pointer.ts";
import { housekeepingChanges } from "../desired/housekeeping.ts";
import type { Change } from "../desired/patch.ts";
import { defaultGroupName } from "../ids.ts";
import { annotationPath, creationAnnotation, defaultGroupAnnotation, managedByLabel } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import { controlPlaneMonitor, groupMonitor } from "../object/monitors.ts";
import { readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { Reader } from "../read/reader.ts";
import type { Amend } from "../write/write-attempt.ts";

/** What every write of a cluster, or of a group's own object, carries beside the changes of the owners. */
export const amendWrites =
  (reader: Reader): Amend =>
  async (ref, live, changes, platform, signal) => {
    const isCluster = ref.kind === "Kubernetes";
    const decidesGroup = changes.some(({ path }) => path[2] === defaultGroupAnnotation || path[2] === defaultGroupName);
    const absent = isCluster && !decidesGroup ? await absentDefaultGroup(reader, live, platform, signal) : [];
    const housekeeping = housekeepingChanges(live.json, platform, [...changes, ...absent]);
    return {
      // The object of a group has neither groups of its own nor defaults worth removing.
      changes: [...absent, ...housekeeping.filter(({ path }) => isCluster || path[0] === "metadata")],
      // The mark of the creation is there until the first write after it.
      storesDefaults: live.annotations[creationAnnotation] !== undefined || live.labels[managedByLabel] === undefined,
    };
  };

/**
 * The mark that keeps the platform's own group away from a cluster that was created elsewhere without it: every patch would store it
 * as a group with two machines (platform.md §3.4). Its stored null reads like a default (§7), but the monitors show what runs: no
 * change where the group has a monitor, where an action is under way, or where this library has recorded who decides.
 */
async function absentDefaultGroup(
  reader: Reader,
  live: AppObject,
  platform: Platform,
  signal: AbortSignal,
): Promise<Change[]> {
  const group = valueAt(live.spec, ["nodeGroups", defaultGroupName]);
  const isUndecided = live.annotations[defaultGroupAnnotation] === undefined && group !== undefined;
  const isAtRest = live.ready?.status === "True" || live.ready?.status === "False";
  if (!platform.phantomGroup || !isUndecided || !isAtRest || !readsAsUnset(platform, group)) return [];
  const monitors = await reader.monitors(live.namespace, signal, true);
  const isRendered = controlPlaneMonitor(monitors, live.name) !== undefined;
  const runs = groupMonitor(monitors, { cluster: live.name, name: defaultGroupName }) !== undefined;
  return isRendered && !runs ? [{ path: annotationPath(defaultGroupAnnotation), value: "none" }] : [];
}
