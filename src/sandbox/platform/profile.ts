import profile112 from "../../../schemas/hikube/1.1.2.json" with { type: "json" };
import profile162 from "../../../schemas/hikube/1.6.2.json" with { type: "json" };
import { inlineReferences } from "../../base/inline-references.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";

export type PlatformVersion = "1.1.2" | "1.6.2";
export type KindName = "Kubernetes" | "KubernetesNodes" | "Tenant";

/** What the platform knows of one kind of application. */
export interface Kind {
  readonly name: KindName;
  readonly plural: string;
  readonly singular: string;
  readonly releasePrefix: string;
  readonly maxNameLength: number;
  /** `<chart>@<version>+<digest>` as Flux names it in messages. */
  readonly chart: string;
  /** JSON schema of `spec`, references inlined: what defaulting, Helm and the OpenAPI document use. */
  readonly spec: JsonObject;
}

export interface InstanceType {
  readonly cpu: number;
  readonly memory: string;
}

export interface Addon {
  readonly switchable: boolean;
  readonly releases: Readonly<Record<string, string>>;
  readonly requires: readonly string[];
}

/** One platform version as the sandbox plays it; made of `schemas/hikube/<version>.json`. */
export interface Profile {
  readonly platform: PlatformVersion;
  readonly kinds: ReadonlyMap<KindName, Kind>;
  readonly implicitNodeGroup: { readonly name: string; readonly when: string; readonly group: JsonObject };
  /** `v1.35` → `v1.35.1`. */
  readonly kubernetesVersions: Readonly<Record<string, string>>;
  readonly instanceTypes: Readonly<Record<string, InstanceType>>;
  readonly gpus: readonly { readonly name: string; readonly model: string }[];
  readonly storageClasses: readonly string[];
  readonly addons: Readonly<Record<string, Addon>>;
  /** Helm releases inside every tenant cluster → their namespace. */
  readonly alwaysInstalled: Readonly<Record<string, string>>;
}

export function loadProfile(platform: PlatformVersion): Profile {
  const source = platform === "1.1.2" ? profile112 : profile162;
  const definitions: JsonObject = source.definitions;
  const kinds = new Map<KindName, Kind>();
  for (const [name, kind] of Object.entries(source.kinds)) {
    const spec = inlineReferences(kind.spec, definitions);
    if (!isKindName(name) || !isJsonObject(spec))
      throw new Error(`The profile ${platform} has a strange kind ${name}.`);
    kinds.set(name, { maxNameLength: 53 - kind.releasePrefix.length, ...kind, name, spec });
  }
  const addons: Record<string, Addon> = {};
  for (const [name, addon] of Object.entries(source.addons)) {
    addons[name] = { releases: {}, requires: [], ...addon };
  }
  return {
    platform,
    kinds,
    implicitNodeGroup: source.implicitNodeGroup,
    kubernetesVersions: source.kubernetesVersions,
    instanceTypes: source.instanceTypes,
    gpus: source.gpus,
    storageClasses: Object.keys(source.storageClasses),
    addons,
    alwaysInstalled: source.alwaysInstalled,
  };
}

function isKindName(name: string): name is KindName {
  return name === "Kubernetes" || name === "KubernetesNodes" || name === "Tenant";
}
