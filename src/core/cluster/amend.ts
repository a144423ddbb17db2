import { valueAt } from "../../base/json-pointer.ts";
import { housekeepingChanges } from "../desired/housekeeping.ts";
import type { Change } from "../desired/patch.ts";
import { defaultGroupName } from "../ids.ts";
import { annotationPath, creationAnnotation, defaultGroupAnnotation, managedByLabel } from "../object/annotations.ts";
import { type AppObject, isAtRest } from "../object/app-object.ts";
import { controlPlaneMonitor, groupMonitor } from "../object/monitors.ts";
import { readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { Reader } from "../read/reader.ts";
import type { Amend } from "../write/write-attempt.ts";

/** Returns the changes that every write of a `Kubernetes` or `KubernetesNodes` object includes in addition to those of the owners. */
export const amendWrites =
  (reader: Reader): Amend =>
  async (ref, live, changes, platform, signal) => {
    const isCluster = ref.kind === "Kubernetes";
    const decidesGroup = changes.some(({ path }) => path[2] === defaultGroupAnnotation || path[2] === defaultGroupName);
    const absent = isCluster && !decidesGroup ? await absentDefaultGroup(reader, live, platform, signal) : [];
    const housekeeping = housekeepingChanges(live.json, platform, [...changes, ...absent]);
    return {
      // A `KubernetesNodes` object has no nested groups and no stored defaults that need removal.
      changes: [...absent, ...housekeeping.filter(({ path }) => isCluster || path[0] === "metadata")],
      // The creation annotation remains until the first write after the creation.
      storesDefaults: live.annotations[creationAnnotation] !== undefined || live.labels[managedByLabel] === undefined,
    };
  };

/**
 * Returns the change of the annotation that keeps the platform's default group away from a cluster that another client created without
 * it: otherwise every patch would store the default as a group with two machines (platform.md §3.4). A stored null reads like a default
 * (§7), but the monitors show what runs. No change if the group has a monitor, if an action is in progress, or if the annotation is
 * already set.
 */
async function absentDefaultGroup(
  reader: Reader,
  live: AppObject,
  platform: Platform,
  signal: AbortSignal,
): Promise<Change[]> {
  const group = valueAt(live.spec, ["nodeGroups", defaultGroupName]);
  const isUndecided = live.annotations[defaultGroupAnnotation] === undefined && group !== undefined;
  if (!platform.phantomGroup || !isUndecided || !isAtRest(live) || !readsAsUnset(platform, group)) return [];
  const monitors = await reader.monitors(live.namespace, signal, true);
  const isRendered = controlPlaneMonitor(monitors, live.name) !== undefined;
  const runs = groupMonitor(monitors, { cluster: live.name, name: defaultGroupName }) !== undefined;
  return isRendered && !runs ? [{ path: annotationPath(defaultGroupAnnotation), value: "none" }] : [];
}
