import { isJsonObject, type Json, type JsonObject, jsonEqual, setMember } from "../../base/json.ts";
import type { Profile } from "../platform/profile.ts";
import { text } from "../store/kube-object.ts";

/** A migration that an upgrade of the platform runs on every cluster. */
export interface Migration {
  readonly name: string;
  /** Returns the merge patch of `spec` for a cluster as the old API server shows it; undefined if the migration leaves it alone. */
  readonly patch: (spec: JsonObject) => JsonObject | undefined;
}

/** The migrations from 1.1 to 1.6 that concern clusters, in their order. All patches go to the old API server (platform.md §0.1, §3.4). */
export const migrations = (from: Profile, to: Profile): readonly Migration[] => [
  { name: "41: node groups have diskSize in place of ephemeralStorage", patch: renameDisk },
  { name: "44: the implicit node group is stored", patch: (spec) => pinDefaultGroup(spec, to) },
  { name: "46: a version that is no longer served is raised", patch: (spec) => raiseVersion(spec, from, to) },
];

/** The whole spec as shown, so that every default is stored with it. */
function renameDisk(spec: JsonObject): JsonObject | undefined {
  const groups = spec["nodeGroups"];
  if (!isJsonObject(groups)) return undefined;
  const renamed: JsonObject = {};
  for (const [name, group] of Object.entries(groups)) setMember(renamed, name, withDiskSize(group));
  return jsonEqual(renamed, groups) ? undefined : { ...spec, nodeGroups: renamed };
}

/** A null removes the old key in a merge patch. */
function withDiskSize(group: Json): Json {
  if (!isJsonObject(group) || !Object.hasOwn(group, "ephemeralStorage")) return group;
  const { ephemeralStorage = null, diskSize } = group;
  const isSet = diskSize !== undefined && diskSize !== null && diskSize !== "";
  return { ...group, diskSize: isSet ? diskSize : ephemeralStorage, ephemeralStorage: null };
}

/** Stores the group that the old chart added, where none of its name is shown. The other groups are sent as shown, with both disk keys. */
function pinDefaultGroup(spec: JsonObject, to: Profile): JsonObject | undefined {
  const groups = spec["nodeGroups"];
  const { name, group } = to.implicitNodeGroup;
  if (!isJsonObject(groups) || Object.hasOwn(groups, name)) return undefined;
  return { nodeGroups: { ...groups, [name]: { ...group, storageClass: "", kubelet: {} } } };
}

function raiseVersion(spec: JsonObject, from: Profile, to: Profile): JsonObject | undefined {
  const version = text(spec["version"]);
  const served = Object.hasOwn(to.kubernetesVersions, version);
  if (served || !Object.hasOwn(from.kubernetesVersions, version)) return undefined;
  return { version: version.replace(/\d+$/, (minor) => String(Number(minor) + 1)) };
}
