import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { defaultGroupName } from "../ids.ts";
import { type BundledVersion, bundledProfile, type Profile } from "./profile.ts";
import { propertiesOf, schemaAt, stringsOf } from "./schema-defaults.ts";

/** What the platform that serves this API can do, read from its own OpenAPI document (platform.md §1.9, §9.5). */
export interface Platform {
  /** Where the schema comes from: the live API, or the bundled profile where it could not be had. */
  readonly source: "live" | "bundled";
  /** The bundled profile nearest to it: add-on catalogue, patch versions, known instance types. */
  readonly profile: Profile;
  /** The served schema of `spec` of the cluster kind. */
  readonly clusterSpec: JsonObject;
  /** The served schema of `spec` of `KubernetesNodes`, where that kind exists (≥ 1.6). */
  readonly poolSpec: JsonObject | undefined;
  /** Kubernetes minors on offer, newest first. */
  readonly versions: readonly string[];
  /** The minor a cluster without a version gets. */
  readonly defaultVersion: string | undefined;
  /** What the disk of a node is called: renamed in 1.4 (platform.md §0.1). */
  readonly diskKey: "ephemeralStorage" | "diskSize";
  /** Whether `spec.nodeGroups` is served; else groups live in `KubernetesNodes` objects. */
  readonly nodeGroupsInSpec: boolean;
  /** Whether every cluster gets a group `md0` without a request (1.1 … 1.5, platform.md §3.4). */
  readonly phantomGroup: boolean;
  /** Whether `resources` beside `instanceType` breaks the VM, so that a sized group must have an empty type (1.1, §3.6). */
  readonly resourcesExcludeInstanceType: boolean;
  /** Whether the server hides write conflicts and loses one of two concurrent writes (≥ 1.5, platform.md §7). */
  readonly hidesConflicts: boolean;
  /** Names of the options API's lists, e.g. `instancetype`, are served (≥ 1.5). */
  readonly servesOptions: boolean;
  /** API names of the served add-ons. */
  readonly addons: readonly string[];
}

/** A platform made of the schemas it serves. */
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

/** The platform as a bundled profile describes it. */
export function bundledPlatform(version: BundledVersion = "1.1.2"): Platform {
  const profile = bundledProfile(version);
  return platformFrom("bundled", profile.clusterSpec, profile.poolSpec);
}
