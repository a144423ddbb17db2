import type { AddonRelease, RenderedGroup } from "./rendered-cluster.ts";

/** One worker VM: a CAPI Machine and, once ready, the node it became. Moments are milliseconds since the epoch. */
export interface Machine {
  readonly name: string;
  readonly uid: string;
  /** Which MachineSet it belongs to. */
  readonly template: string;
  readonly kubelet: string;
  readonly instanceType: string;
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: readonly string[];
  readonly roles: readonly string[];
  readonly createdAt: number;
  readonly readyAt: number;
}

/** A MachineDeployment. */
export interface GroupState {
  rendered: RenderedGroup;
  /** The Helm release that owns it: `kubernetes-a` or, for a pool of its own, `kubernetes-nodes-a-b`. */
  readonly owner: string;
  /** `spec.replicas`: what Helm rendered or the autoscaler set. */
  replicas: number;
  machines: Machine[];
  /** When the monitor of the group appeared, and when the autoscaler looks and shrinks next. */
  readonly since: number;
  scaleAt: number;
  idleAt: number;
}

/** A Helm release inside the tenant cluster. */
export interface AddonState {
  release: AddonRelease;
  /** What the chart wants; false while Flux uninstalls it. */
  wanted: boolean;
  /** Moment it is (or was) deployed; undefined while something it depends on is missing. */
  deployedAt?: number;
  /** Moment it is gone. */
  goneAt?: number;
  revision: number;
}

/** What Kamaji and Cluster API hold of one cluster: the simulation below Helm. */
export interface ClusterState {
  /** Name of the Kubernetes object. */
  readonly name: string;
  readonly createdAt: number;
  /** Moment the control plane answers. */
  readonly readyAt: number;
  /** Version the API server runs, `v1.33.8`; and the one it is on its way to. */
  version: string;
  upgrade?: { readonly version: string; readonly at: number };
  storageClass: string;
  /** Newest Helm release of the cluster: it outlives a HelmRelease that went without its finalizer. */
  helmRevision: number;
  groups: Record<string, GroupState>;
  addons: Record<string, AddonState>;
  /** The cluster's own authority and the port it answers on; made when it becomes ready. */
  authority?: { readonly certificate: string; readonly privateKey: string };
  port?: number;
}
