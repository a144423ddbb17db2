import type { JsonObject } from "../../base/json.ts";
import type { AddonId, ClusterId, NodeGroupId } from "../ids.ts";
import type { ControlPlaneDesired, NodeGroupDesired, NodeHealthCheckDesired, OidcDesired } from "./desired.ts";

/**
 * `pending`: nothing reported yet · `progressing`: an action runs · `starting`: rolled out, not serving yet ·
 * `ready` · `failed`: the platform reports a failure · `deleting`.
 */
export type Status = "pending" | "progressing" | "starting" | "ready" | "failed" | "deleting";

/** A cluster's own part of its spec as the API shows it, defaults included. */
export interface ClusterSpec {
  readonly version: string | undefined;
  readonly storageClass: string | undefined;
  /** undefined where the platform has chosen it. */
  readonly host: string | undefined;
  readonly controlPlane: ControlPlaneDesired;
  readonly oidc: OidcDesired | undefined;
  readonly nodeHealthCheck: NodeHealthCheckDesired | undefined;
}

/** What is observed of a cluster, in the words of ClusterDesired. Quantities are spelled as stored. */
export interface ClusterState extends ClusterSpec {
  readonly id: ClusterId;
  readonly uid: string;
  readonly createdAt: string;
  /** All of them, ours and others', without the ones this library keeps for itself. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the platform's own group is there: asked for, or come back without being asked. */
  readonly defaultNodeGroup: boolean;
  /** Whether `md0` is written down as a group that its own resource manages. */
  readonly managesDefaultGroup: boolean;
  readonly ready: boolean;
  readonly status: Status;
  /** The platform's own words. */
  readonly statusMessage: string;
  /** `https://…` of the tenant's API server; undefined until its kubeconfig exists. */
  readonly endpoint: string | undefined;
  /** PEM. */
  readonly caCertificate: string | undefined;
  /** What really runs, e.g. `v1.34.4`; undefined where the tenant's API cannot be reached. */
  readonly kubernetesVersion: string | undefined;
  /** Groups that run and are paid for although the stored spec does not declare them, e.g. `md0`. */
  readonly unmanagedNodeGroups: readonly string[];
  /** Names of the groups declared in the spec or as objects of their own. */
  readonly nodeGroups: readonly string[];
  /** Catalogue names of the add-ons that are enabled. */
  readonly addons: readonly string[];
  /** Roles of the groups in the spec. */
  readonly roles: readonly string[];
  /** Changes with everything that can change what is read inside the cluster: see `ObserveClusterOptions.tenantInfo`. */
  readonly tenantKey: string;
  /** Mark of a creation that nothing was written after; see `clusters.isOwnCreation`. */
  readonly creation: string | undefined;
}

/** What is observed of a node group. */
export interface NodeGroupState {
  readonly id: NodeGroupId;
  readonly backend: "cluster" | "KubernetesNodes";
  /** uid of the cluster, or of the group's own object. */
  readonly uid: string;
  readonly clusterUid: string | undefined;
  /** As the API shows it, in the words of NodeGroupDesired. */
  readonly spec: NodeGroupDesired;
  readonly ready: boolean;
  readonly status: Status;
  readonly statusMessage: string;
  /** Nodes whose VM runs; undefined until the platform counts them. */
  readonly readyReplicas: number | undefined;
  readonly observedReplicas: number | undefined;
}

/** What is observed of an add-on. */
export interface AddonState {
  readonly id: AddonId;
  readonly clusterUid: string;
  /** undefined where the add-on has no switch. */
  readonly enabled: boolean | undefined;
  /** The live `valuesOverride`, everybody's leaves. */
  readonly values: JsonObject;
  readonly exposeMethod: string | undefined;
  readonly hosts: readonly string[] | undefined;
  readonly ready: boolean;
  readonly status: Status;
  readonly statusMessage: string;
}

/** A warning. */
export interface Notice {
  /** Whether another converge continues the wait that ended. */
  readonly resumable?: true;
  /** A headline that names the thing. */
  readonly summary: string;
  readonly detail: string;
}

/** What a converge answers: the state and what else is to be told. */
export type Converged<State> = State & {
  readonly warnings: readonly Notice[];
  /** True where nothing is left to wait for although it is not ready. */
  readonly over?: boolean;
};

/** How a removal ended that the platform accepted. */
export interface Removed {
  readonly warnings: readonly Notice[];
}
