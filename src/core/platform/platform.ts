import type { Clock } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError, type CoreErrorCode } from "../core-error.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { type BundledVersion, bundledProfile, type Profile } from "./profile.ts";
import { applyDefaults, defaultAt, propertiesOf, schemaAt, stringsOf } from "./schema-defaults.ts";

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
  /** Whether every cluster gets a group `md0` that nobody asked for (1.1 … 1.5, platform.md §3.4). */
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

/** The name of the group that the platform adds by itself. */
export const defaultGroupName = "md0";

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

const documentPath = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

/** The schema of a kind's spec in an OpenAPI v3 document, with references put in place. */
function specSchema(document: Json, kind: string): JsonObject | undefined {
  const schemas = valueAt(document, ["components", "schemas"]);
  if (!isJsonObject(schemas)) return undefined;
  const name = Object.keys(schemas).find((key) => key === kind || key.endsWith(`.${kind}`));
  const spec = name === undefined ? undefined : valueAt(schemas[name], ["properties", "spec"]);
  return isJsonObject(spec) ? spec : undefined;
}

/** The platform, and why it is only a guess where it is one. */
export interface Detection {
  readonly platform: Platform;
  /** Unreachable or Denied; undefined where the platform described itself. */
  readonly guessed: CoreError | undefined;
}

/** Between the looks at a description that is not served: an API server that restarts does not have it at once. Clock ms. */
const looksApartMs = [200, 400, 800];

/**
 * Reads the platform from the live OpenAPI document. Where that cannot be had the bundled profile of 1.1.2 has to do for reading and
 * planning; nothing may be written on such a guess. Throws CoreError where credentials are refused, where nothing answers, or on abort.
 */
export async function detectPlatform(
  client: KubeClient,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<Detection> {
  for (let look = 0; ; look++) {
    const found = await describe(client, signal);
    if ("clusterSpec" in found) {
      const platform = platformFrom("live", found.clusterSpec, found.poolSpec);
      log("debug", "platform detected", { profile: platform.profile.platform, versions: platform.versions.join(" ") });
      return { platform, guessed: undefined };
    }
    const wait = looksApartMs[look];
    if (found.error.code === "Denied" || wait === undefined) {
      log("warn", "the platform's API description cannot be read; assuming platform 1.1.2", { code: found.error.code });
      return { platform: bundledPlatform(), guessed: found.error };
    }
    await clock.sleep(wait, signal);
  }
}

/** One look at the description: its schemas, or why they cannot be had. */
async function describe(
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<{ clusterSpec: JsonObject; poolSpec: JsonObject | undefined } | { error: CoreError }> {
  const unread = (code: CoreErrorCode, why: string, cause?: unknown) => ({
    error: new CoreError(code, `The platform's API description, which defines its settings, cannot be read: ${why}`, {
      hint: `Nothing is written without it. Check that ${documentPath} is served to this user, and apply again.`,
      cause,
    }),
  });
  try {
    const document = await client.request({ method: "GET", path: documentPath, ...(signal ? { signal } : {}) });
    const clusterSpec = specSchema(document, "Kubernetes");
    if (clusterSpec === undefined || propertiesOf(clusterSpec).length === 0)
      return unread("Unreachable", "it does not describe clusters.");
    return { clusterSpec, poolSpec: specSchema(document, "KubernetesNodes") };
  } catch (error) {
    if (error instanceof KubeError && error.code === "Forbidden") return unread("Denied", error.message, error);
    if (error instanceof KubeError && ["NotFound", "Malformed"].includes(error.code))
      return unread("Unreachable", error.message, error);
    throw CoreError.from(error, "reading the platform's API description", signal);
  }
}

/** The served schema of one node group. */
export function groupSchema(platform: Platform): JsonObject {
  return schemaAt(platform.clusterSpec, ["nodeGroups", "any"]) ?? platform.poolSpec ?? {};
}

/** A group as the platform shows one that has nothing set. */
export function emptyGroup(platform: Platform): JsonObject {
  const group = applyDefaults({}, groupSchema(platform), false);
  return isJsonObject(group) ? group : {};
}

/** The complete group the platform itself would add, so that it can be asked for by name. */
export function platformGroup(platform: Platform): JsonObject {
  const served = valueAt(platform.clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName]);
  if (isJsonObject(served)) return structuredClone(served);
  return { ...emptyGroup(platform), roles: ["ingress-nginx"], resources: {}, gpus: [] };
}

/** The group `md0` without machines, which keeps the chart of 1.6 from adding one with machines where there is no other group. */
export const emptyPlaceholder = (platform: Platform): JsonObject => ({
  ...emptyGroup(platform),
  minReplicas: 0,
  maxReplicas: 0,
});

/** Whether a group is that placeholder. */
export const isEmptyPlaceholder = (platform: Platform, group: Json | undefined): boolean =>
  !platform.phantomGroup && jsonEqual(group, emptyPlaceholder(platform));

/**
 * Whether a group reads as one that was never set: null, absent and `{}` cannot be told apart by reading (platform.md §7), nor
 * can the platform's own default group be told from nobody's.
 */
export const readsAsUnset = (platform: Platform, group: Json | undefined): boolean =>
  group === undefined || jsonEqual(group, emptyGroup(platform)) || jsonEqual(group, platformGroup(platform));

/** What the platform shows at a path of a cluster's spec in which it is not set. */
export const clusterDefault = (platform: Platform, path: readonly string[]): Json | undefined =>
  defaultAt(platform.clusterSpec, path);
