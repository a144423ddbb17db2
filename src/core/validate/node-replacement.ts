import type { Json, JsonObject } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { type Field, means } from "../desired/field.ts";
import { groupFields } from "../desired/node-group.ts";
import type { Platform } from "../platform/platform.ts";
import { normaliseVersion, shortVersion } from "../platform/versions.ts";
import { type Finding, settingName, warning } from "./finding.ts";

/** Planned change of a group. */
interface GroupChange {
  readonly group: string;
  readonly before: NodeGroupDesired;
  readonly after: NodeGroupDesired;
  /** Current number of nodes; undefined if unknown. */
  readonly nodes: number | undefined;
  /** Largest number of nodes after the change. */
  readonly maxReplicas: number | undefined;
}

/** Describes how the nodes are replaced and the capacity this needs. Platform 1.1 resets each group to two nodes with every change. */
function course(platform: Platform, room: string): string {
  const reset =
    platform.profile.platform === "1.1.2"
      ? " Platform 1.1 also sets every node group of the cluster to two nodes with each change, and the autoscaler then adds what is missing."
      : "";
  return `The platform starts new nodes, moves the pods and removes the old nodes, one after another; ${room} Data on the disks of the nodes is lost.${reset}`;
}

/** Returns a warning if a change of a group replaces its nodes. */
export function groupReplacement(platform: Platform, change: GroupChange): Finding[] {
  const keys = changedSettings(platform, change);
  const [first] = keys;
  if (first === undefined || change.nodes === 0) return [];
  const names = keys.map((key) => `\`${settingName([key])}\``).join(", ");
  const count =
    change.nodes === undefined ? "all nodes" : change.nodes === 1 ? "its node" : `all ${change.nodes} nodes`;
  const room =
    change.maxReplicas === undefined
      ? "the quota needs room for both meanwhile."
      : `up to ${change.maxReplicas} of them (\`max_replicas\`) may be started at once, for which the quota needs room.`;
  const text = `The change of ${names} replaces ${count} of node group ${change.group}. ${course(platform, room)}`;
  return [warning([first], `Nodes of group ${change.group} are replaced`, text)];
}

/** Returns the changed settings that are part of each machine; a key is absent on the side where its value is unknown. */
function changedSettings(platform: Platform, { before, after }: GroupChange): string[] {
  // Served from 1.4 on as the class of the node's disk; refused on 1.1.
  const served = groupFields.filter(({ key }) => key[0] !== "storageClass" || platform.diskKey === "diskSize");
  const changed = served.filter(
    (field) => field.ofMachine && !isEqual(field, settingAt(before, field), settingAt(after, field)),
  );
  return [...new Set(changed.flatMap(({ key }) => key.slice(0, 1)))];
}

/** Returns a setting for comparison: an empty text equals an absent one. */
const settingAt = (group: NodeGroupDesired, { key }: Field): Json | undefined =>
  valueAt(group as JsonObject, key) || undefined;

const isEqual = (field: Field, a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (b === undefined ? a !== undefined && means(field, b, a) : means(field, a, b));

/** Planned changes of a cluster that replace the nodes of all its groups. */
interface ClusterChange {
  readonly version: { readonly before: string | undefined; readonly after: string | undefined };
  readonly talos: boolean;
}

/** Returns a warning if a change of a cluster replaces the nodes of all its groups, as a new version does. */
export function clusterReplacement(
  platform: Platform,
  cluster: string,
  { version, talos }: ClusterChange,
  groups: readonly string[],
): Finding[] {
  const [before, after] = [version.before, version.after].map((text) => text && normaliseVersion(text));
  const upgrades = before && after && before !== after;
  const changes = [
    ...(upgrades ? [`\`version\` from ${shortVersion(before)} to ${shortVersion(after)}`] : []),
    ...(talos ? ["`talos`"] : []),
  ];
  if (changes.length === 0 || groups.length === 0) return [];
  const listed = groups.slice(0, 20).join(", ") + (groups.length > 20 ? `, and ${groups.length - 20} more` : "");
  const room = "the quota needs room for up to twice the nodes meanwhile.";
  const text = `The change of ${changes.join(" and ")} replaces the nodes of all node groups of ${cluster}: ${listed}. ${course(platform, room)}`;
  return [warning([upgrades ? "version" : "talos"], `All nodes of ${cluster} are replaced`, text)];
}
