import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import { annotationPath, defaultGroupAnnotation } from "../object/annotations.ts";
import { type AppObject } from "../object/app-object.ts";
import { controlPlaneMonitor, groupMonitor } from "../object/monitors.ts";
import { readsAsUnset } from "../platform/groups.ts";
import { type Platform } from "../platform/platform.ts";
import type { Reader } from "../read/reader.ts";
import type { Change } from "../spec/patch.ts";

/**
 * The mark that keeps the platform's own group away from a cluster that others made without it: every patch would store it as a real
 * group with two machines (platform.md §3.4). Their null cannot be told from a default by reading (§7), but what runs can: no changes
 * where the group has a monitor, where the platform is at work, or where this library wrote down what is wanted.
 */
export async function absentDefaultGroup(
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
