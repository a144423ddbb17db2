import { inlineReferences } from "../../base/inline-references.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Pace } from "./pace.ts";
import { platform112 } from "./profile-1.1.2.ts";
import { platform162 } from "./profile-1.6.2.ts";
import { platformNext } from "./profile-next.ts";

export type KindName = "Kubernetes" | "KubernetesNodes" | "Tenant";

/** One kind of application. */
export interface Kind {
  readonly name: KindName;
  readonly plural: string;
  readonly singular: string;
  readonly releasePrefix: string;
  readonly maxNameLength: number;
  /** The refusal of a longer name, where it is not about the prefix of the release. */
  readonly lengthFault?: string;
  /** `<chart>@<version>+<digest>` as Flux names it in messages. */
  readonly chart: string;
  /** JSON schema of `spec`, references inlined: for defaulting, Helm and the OpenAPI document. */
  readonly spec: JsonObject;
}

interface InstanceType {
  readonly cpu: number;
  readonly memory: string;
}

interface Addon {
  readonly switchable: boolean;
  /** Helm release → its namespace. */
  readonly releases: Readonly<Record<string, string>>;
}

/** The group that a cluster gets without declaring it (platform.md §3.4). */
interface ImplicitNodeGroup {
  readonly name: string;
  /** `always`: a default of the values; `no groups`: rendered by the template where no group is declared. */
  readonly when: string;
  readonly group: JsonObject;
}

/** One platform version as the sandbox simulates it. */
export interface Profile {
  readonly platform: PlatformVersion;
  readonly capabilities: Capabilities;
  readonly pace: Pace;
  readonly kinds: ReadonlyMap<KindName, Kind>;
  /** Undefined where there is none. */
  readonly implicitNodeGroup: ImplicitNodeGroup | undefined;
  /** `v1.35` → `v1.35.1`. */
  readonly kubernetesVersions: Readonly<Record<string, string>>;
  readonly instanceTypes: Readonly<Record<string, InstanceType>>;
  readonly gpus: readonly { readonly name: string; readonly model: string }[];
  readonly storageClasses: readonly string[];
  readonly addons: Readonly<Record<string, Addon>>;
  /** Helm releases inside every tenant cluster → their namespace. */
  readonly alwaysInstalled: Readonly<Record<string, string>>;
}

/** Every version that can be simulated, in the order of upgrades. A further one is a file of data and a line here. */
const versions = { "1.1.2": platform112, "1.6.2": platform162, next: platformNext } as const;

export type PlatformVersion = keyof typeof versions;

export const platformVersions = Object.keys(versions) as readonly PlatformVersion[];

export function isPlatformVersion(text: unknown): text is PlatformVersion {
  return typeof text === "string" && Object.hasOwn(versions, text);
}

export function loadProfile(platform: PlatformVersion): Profile {
  const { schema, capabilities, pace } = versions[platform];
  const addons: Record<string, Addon> = {};
  for (const [name, addon] of Object.entries(schema.addons)) addons[name] = { releases: {}, ...addon };
  return {
    platform,
    capabilities,
    pace,
    kinds: kindsOf(platform, schema.kinds, schema.definitions),
    implicitNodeGroup: schema.implicitNodeGroup,
    kubernetesVersions: schema.kubernetesVersions,
    instanceTypes: schema.instanceTypes,
    gpus: schema.gpus,
    storageClasses: Object.keys(schema.storageClasses),
    addons,
    alwaysInstalled: schema.alwaysInstalled,
  };
}

type KindSource = Omit<Kind, "name" | "maxNameLength" | "spec"> & {
  readonly maxNameLength?: number;
  readonly spec: Json;
};

function kindsOf(
  platform: string,
  sources: Readonly<Record<string, KindSource>>,
  definitions: JsonObject,
): Map<KindName, Kind> {
  const kinds = new Map<KindName, Kind>();
  for (const [name, source] of Object.entries(sources)) {
    const spec = inlineReferences(source.spec, definitions);
    if (!isKindName(name) || !isJsonObject(spec)) throw new Error(`Profile ${platform}: invalid kind ${name}.`);
    // Helm's longest release name is 53 characters.
    kinds.set(name, { maxNameLength: 53 - source.releasePrefix.length, ...source, name, spec });
  }
  return kinds;
}

function isKindName(name: string): name is KindName {
  return name === "Kubernetes" || name === "KubernetesNodes" || name === "Tenant";
}
