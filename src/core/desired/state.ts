import type { JsonObject } from "../../base/json.ts";
import type { AddonId, ClusterId, NodeGroupId } from "../ids.ts";
import type {
  ControlPlaneDesired,
  NodeGroupDesired,
  NodeHealthCheckDesired,
  OidcDesired,
  TalosDesired,
} from "./desired.ts";

/**
 * `pending`: no condition reported yet · `progressing`: an action is in progress · `starting`: rolled out, not serving yet · `ready` ·
 * `failed`: the platform reports a failure · `deleting`.
 */
export type Status = "pending" | "progressing" | "starting" | "ready" | "failed" | "deleting";

/** A cluster's own settings as the API shows them, including defaults. */
export interface ClusterSpec {
  readonly version: string | undefined;
  readonly storageClass: string | undefined;
  /** undefined if the platform has chosen it. */
  readonly host: string | undefined;
  readonly controlPlane: ControlPlaneDesired;
  readonly oidc: OidcDesired | undefined;
  readonly nodeHealthCheck: NodeHealthCheckDesired | undefined;
  readonly talos: TalosDesired | undefined;
}

/** The observed state of a cluster, with the keys of ClusterDesired. Quantities are spelled as stored. */
export interface ClusterState extends ClusterSpec {
  readonly id: ClusterId;
  readonly uid: string;
  readonly createdAt: string;
  /** Keys of all writers, except those that this library uses internally. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the platform's default group exists, requested or not. */
  readonly defaultNodeGroup: boolean;
  /** Whether `md0` is recorded as managed by its own resource. */
  readonly managesDefaultGroup: boolean;
  /** Whether the platform's default group, requested by the configuration, has a key that the platform refuses; a converge removes it. */
  readonly outdated: boolean;
  readonly ready: boolean;
  readonly status: Status;
  /** The platform's message. */
  readonly statusMessage: string;
  /** URL `https://…` of the tenant's API server; undefined until its kubeconfig exists. */
  readonly endpoint: string | undefined;
  /** PEM. */
  readonly caCertificate: string | undefined;
  /** The running version, e.g. `v1.34.4`; undefined if the tenant's API cannot be reached. */
  readonly kubernetesVersion: string | undefined;
  /** Address of the Ingress of the API, to which the DNS record of `host` points; undefined until it is known. */
  readonly apiAddress: string | undefined;
  /** Served minors above `version`, oldest first, e.g. `["v1.34", "v1.35"]`; undefined if the platform publishes no schema. */
  readonly availableUpgrades: readonly string[] | undefined;
  /** Groups that run and are billed although the stored spec does not declare them, e.g. `md0`. */
  readonly unmanagedNodeGroups: readonly string[];
  /** Names of the groups in the spec or in `KubernetesNodes` objects. */
  readonly nodeGroups: readonly string[];
  /** Names of the groups in `KubernetesNodes` objects with an older version than the cluster. */
  readonly groupsBehind: readonly string[];
  /** Catalogue names of the add-ons that are enabled. */
  readonly addons: readonly string[];
  /** Roles of the groups in the spec. */
  readonly roles: readonly string[];
  /** Changes whenever the tenant information may have changed: see `ObserveClusterOptions.tenantInfo`. */
  readonly tenantKey: string;
  /** The creation annotation if nothing was written since the creation; see `clusters.isOwnCreation`. */
  readonly creation: string | undefined;
}

/** Where a node group is stored: in the spec of its cluster, or in an object of its own. */
export type Backend = "cluster" | "KubernetesNodes";

/** The observed state of a node group. */
export interface NodeGroupState {
  readonly id: NodeGroupId;
  readonly backend: Backend;
  /** uid of the cluster, or of the `KubernetesNodes` object. */
  readonly uid: string;
  readonly clusterUid: string | undefined;
  /** Settings as the API shows them, with the keys of NodeGroupDesired. */
  readonly spec: NodeGroupDesired;
  readonly ready: boolean;
  readonly status: Status;
  readonly statusMessage: string;
  /** Nodes with a running VM; undefined until the platform counts them. */
  readonly readyReplicas: number | undefined;
  readonly observedReplicas: number | undefined;
  /** Whether the stored group has a key that the platform refuses since its upgrade; a converge of the group removes it. */
  readonly outdated?: boolean;
}

/** The observed state of an add-on. */
export interface AddonState {
  readonly id: AddonId;
  readonly clusterUid: string;
  /** undefined if the add-on has no switch. */
  readonly enabled: boolean | undefined;
  /** The live `valuesOverride` with the leaves of all writers. */
  readonly values: JsonObject;
  readonly exposeMethod: string | undefined;
  readonly hosts: readonly string[] | undefined;
  /** Addresses of its Ingress and its load balancers, sorted. */
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly status: Status;
  readonly statusMessage: string;
}

/** A warning. */
export interface Notice {
  /** Whether another converge continues the interrupted wait. */
  readonly resumable?: true;
  /** A summary that names the object. */
  readonly summary: string;
  readonly detail: string;
}

/** The result of a converge: the state and its warnings. */
export type Converged<State> = State & {
  readonly warnings: readonly Notice[];
  /** True if the wait ended although the object is not ready. */
  readonly over?: boolean;
};

/** The result of a removal that the platform accepted. */
export interface Removed {
  readonly warnings: readonly Notice[];
}
