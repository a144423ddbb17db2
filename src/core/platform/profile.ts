import profile112 from "../../../schemas/hikube/1.1.2.json" with { type: "json" };
import profile162 from "../../../schemas/hikube/1.6.2.json" with { type: "json" };
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";

/** Platform versions with a bundled profile; the first is the version of Hikube (platform.md §0). */
export const bundledVersions = ["1.1.2", "1.6.2"] as const;
export type BundledVersion = (typeof bundledVersions)[number];

/** Properties of one add-on, under its API name. */
export interface AddonProfile {
  /** Whether it has an `enabled` switch. */
  readonly switchable: boolean;
  /** Handling of `valuesOverride`: merged into the chart's values, ignored by the template, or not served. */
  readonly values: "merged" | "ignored" | "none";
  /** The sub-chart's name, under which values must be nested (platform.md §3.9). */
  readonly valuesKey?: string;
  /** API names of the add-ons it requires. */
  readonly requires?: readonly string[];
  /** Helm releases in the tenant cluster, without the cluster's prefix, and the namespace of each. */
  readonly releases?: Readonly<Record<string, string>>;
  /** The add-on that it is installed with, if it cannot be installed separately. */
  readonly deployedWith?: string;
}

/** A bundled, machine-readable description of one platform version. */
export interface Profile {
  readonly platform: BundledVersion;
  readonly clusterSpec: JsonObject;
  readonly poolSpec: JsonObject | undefined;
  readonly addons: Readonly<Record<string, AddonProfile>>;
  /** The Kubernetes patch version of each minor. */
  readonly kubernetesVersions: Readonly<Record<string, string>>;
  /** Sizes of the known instance types; incomplete, because Hikube may serve others. */
  readonly instanceTypes: Readonly<Record<string, { readonly cpu: number; readonly memory: string }>>;
  readonly gpus: readonly { readonly name: string; readonly model: string; readonly memory: string }[];
  readonly storageClasses: readonly string[];
}

/** Resolves references. Keys beside `$ref` override those of the definition. */
function resolve(schema: Json | undefined, definitions: JsonObject): Json {
  if (Array.isArray(schema)) return schema.map((item) => resolve(item, definitions));
  if (!isJsonObject(schema)) return schema ?? null;
  const { $ref, ...own } = schema;
  const target =
    typeof $ref === "string" ? resolve(definitions[$ref.replace("#/definitions/", "")], definitions) : undefined;
  const result: JsonObject = isJsonObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(own)) result[key] = key === "default" ? value : resolve(value, definitions);
  return result;
}

function read(document: unknown): Profile {
  const json = document as JsonObject;
  const definitions = objectAt(json, ["definitions"]);
  const pool = valueAt(json, ["kinds", "KubernetesNodes", "spec"]);
  const typed = document as {
    platform: BundledVersion;
    addons: Profile["addons"];
    kubernetesVersions: Profile["kubernetesVersions"];
    instanceTypes: Profile["instanceTypes"];
    gpus: Profile["gpus"];
    storageClasses: Record<string, unknown>;
  };
  return {
    platform: typed.platform,
    clusterSpec: resolve(valueAt(json, ["kinds", "Kubernetes", "spec"]), definitions) as JsonObject,
    poolSpec: pool === undefined ? undefined : (resolve(pool, definitions) as JsonObject),
    addons: typed.addons,
    kubernetesVersions: typed.kubernetesVersions,
    instanceTypes: typed.instanceTypes,
    gpus: typed.gpus,
    storageClasses: Object.keys(typed.storageClasses),
  };
}

const cache = new Map<BundledVersion, Profile>();

/** Returns the bundled profile of one platform version, read on first use. */
export function bundledProfile(version: BundledVersion): Profile {
  let profile = cache.get(version);
  if (profile === undefined) {
    profile = read(version === "1.1.2" ? profile112 : profile162);
    cache.set(version, profile);
  }
  return profile;
}
