import type { JsonObject } from "../../base/json.ts";

/** CPU and memory as quantities, e.g. `{ cpu: "2", memory: "4Gi" }`. */
export interface Resources {
  readonly cpu?: string;
  readonly memory?: string;
}

/** Size of one component of the control plane. */
interface ComponentDesired {
  readonly resourcesPreset?: string;
  readonly resources?: Resources;
}

interface VolumeItems {
  readonly items?: readonly { readonly key: string; readonly path: string }[];
  readonly optional?: boolean;
}

/** A volume of the API server's pods, from a ConfigMap or a Secret in the tenant's namespace. */
export interface VolumeDesired {
  readonly name: string;
  readonly configMap?: VolumeItems & { readonly name: string };
  readonly secret?: VolumeItems & { readonly secretName: string };
}

export interface VolumeMountDesired {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface ControlPlaneDesired {
  readonly replicas?: number;
  readonly apiServer?: ComponentDesired & {
    readonly extraArgs?: readonly string[];
    readonly extraVolumes?: readonly VolumeDesired[];
    readonly extraVolumeMounts?: readonly VolumeMountDesired[];
  };
  readonly controllerManager?: ComponentDesired;
  readonly scheduler?: ComponentDesired;
  readonly konnectivity?: ComponentDesired;
}

export interface OidcDesired {
  readonly mode?: string;
  readonly customConfig?: { readonly config?: string; readonly secretRef?: { readonly name?: string } };
  readonly users?: readonly { readonly email: string; readonly role: string }[];
}

export interface NodeHealthCheckDesired {
  readonly maxUnhealthy?: string;
  readonly nodeStartupTimeout?: string;
}

/** The operating system of the nodes. */
export interface TalosDesired {
  readonly version?: string;
  readonly schematicId?: string;
  readonly imageFactoryUrl?: string;
  readonly installerRepository?: string;
}

/** The desired state of a cluster. An absent key is not managed and left unchanged. */
export interface ClusterDesired {
  /** Any spelling of a minor version: `1.34`, `v1.34`, `v1.34.4`. */
  readonly version?: string;
  readonly storageClass?: string;
  readonly host?: string;
  readonly controlPlane?: ControlPlaneDesired;
  readonly oidc?: OidcDesired;
  readonly nodeHealthCheck?: NodeHealthCheckDesired;
  readonly talos?: TalosDesired;
  /** Own keys only; keys of other writers are kept. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether the platform may add its default group `md0` (platform.md §3.4). */
  readonly defaultNodeGroup: boolean;
  /** `stepwise` upgrades through every intermediate minor and waits for each. */
  readonly upgradeStrategy: "single" | "stepwise";
}

export interface KubeletDesired {
  readonly evictionHardMemory?: string;
  readonly evictionSoftMemory?: string;
  readonly systemReservedMemory?: string;
  readonly kubeReservedMemory?: string;
  readonly systemReservedCpu?: string;
  readonly kubeReservedCpu?: string;
}

/** The desired state of a node group. An absent key is not managed and left unchanged. */
export interface NodeGroupDesired {
  readonly instanceType?: string;
  readonly resources?: Resources;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  /** Sent under the key that the platform serves: `ephemeralStorage` or `diskSize`. */
  readonly diskSize?: string;
  readonly storageClass?: string;
  readonly roles?: readonly string[];
  readonly gpus?: readonly { readonly name: string }[];
  readonly kubelet?: KubeletDesired;
  readonly maxUnhealthy?: string;
  readonly nodeStartupTimeout?: string;
}

/** The desired state of an add-on. An absent key is not managed and left unchanged. */
export interface AddonDesired {
  readonly enabled?: boolean;
  /** Helm values, owned leaf by leaf; lists are leaves. */
  readonly values?: JsonObject;
  /** Helm values that are not stored. Every write merges them over `values`. */
  readonly secretValues?: JsonObject;
  readonly exposeMethod?: string;
  readonly hosts?: readonly string[];
  /** Handling of existing settings on creation: refuse, replace, or merge over them. */
  readonly resolveConflicts: "NONE" | "OVERWRITE" | "ADOPT";
}
