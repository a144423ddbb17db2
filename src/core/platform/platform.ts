import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import { type BundledVersion, bundledProfile, type Profile } from "./profile.ts";
import { propertiesOf, schemaAt, stringsOf } from "./schema-defaults.ts";

/** Capabilities of the platform that serves this API, read from its OpenAPI document (platform.md §1.9, §9.5). */
export interface Platform {
  /** Source of the schemas: the live API, or the bundled profile if they are unavailable. */
  readonly source: "live" | "bundled";
  /** The nearest bundled profile: add-on catalogue, patch versions, known instance types. */
  readonly profile: Profile;
  /** The served schema of `spec` of the cluster kind. */
  readonly clusterSpec: JsonObject;
  /** The served schema of `spec` of `KubernetesNodes`, if the kind exists (≥ 1.6). */
  readonly poolSpec: JsonObject | undefined;
  /** Available Kubernetes minors, newest first. */
  readonly versions: readonly string[];
  /** The minor of a cluster without a version. */
  readonly defaultVersion: string | undefined;
  /** Key of a node's disk, renamed in 1.4 (platform.md §0.1). */
  readonly diskKey: "ephemeralStorage" | "diskSize";
  /** Whether `spec.nodeGroups` is served; otherwise groups are `KubernetesNodes` objects. */
  readonly nodeGroupsInSpec: boolean;
  /** Whether every cluster gets a group `md0` unless it is suppressed (1.1 … 1.5, platform.md §3.4). */
  readonly phantomGroup: boolean;
  /** Whether `resources` beside `instanceType` breaks the VM, so that a sized group must have an empty type (1.1, §3.6). */
  readonly resourcesExcludeInstanceType: boolean;
  /** Whether the server hides write conflicts and drops one of two concurrent writes (≥ 1.5, platform.md §7). */
  readonly hidesConflicts: boolean;
  /** Names of the served lists of the options API, e.g. `instancetype` (≥ 1.5). */
  readonly servesOptions: boolean;
  /** API names of the served add-ons. */
  readonly addons: readonly string[];
}

/** Creates a platform from the served schemas. */
export function platformFrom(
  source: Platform["source"],
  clusterSpec: JsonObject,
  poolSpec: JsonObject | undefined,
): Platform {
  const group = schemaAt(clusterSpec, ["nodeGroups", "any"]) ?? poolSpec;
  const diskKey = propertiesOf(group).includes("ephemeralStorage") ? "ephemeralStorage" : "diskSize";
  const options = JSON.stringify(clusterSpec).includes('"x-cozystack-options"');
  const recent = poolSpec !== undefined || options;
  const profile = bundledProfile(diskKey === "ephemeralStorage" ? "1.1.2" : "1.6.2");
  const versionSchema = schemaAt(clusterSpec, ["version"]);
  const versions = stringsOf(versionSchema, "enum");
  const defaultVersion = versionSchema?.["default"];
  return {
    source,
    profile,
    clusterSpec,
    poolSpec,
    versions: versions.length > 0 ? versions : stringsOf(schemaAt(profile.clusterSpec, ["version"]), "enum"),
    defaultVersion: typeof defaultVersion === "string" ? defaultVersion : undefined,
    diskKey,
    nodeGroupsInSpec: propertiesOf(clusterSpec).includes("nodeGroups"),
    phantomGroup: isJsonObject(valueAt(clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName])),
    resourcesExcludeInstanceType: stringsOf(group, "required").includes("resources") || diskKey === "ephemeralStorage",
    hidesConflicts: recent,
    servesOptions: recent,
    addons: propertiesOf(schemaAt(clusterSpec, ["addons"])),
  };
}

/** Creates a platform from a bundled profile. */
export function bundledPlatform(version: BundledVersion = "1.1.2"): Platform {
  const profile = bundledProfile(version);
  return platformFrom("bundled", profile.clusterSpec, profile.poolSpec);
}
