import type { KubeObject } from "./kube-object.ts";
import type { AddonRelease, Exposure, RenderedGroup } from "./rendered-cluster.ts";

/** One worker VM: a Cluster API Machine and, once ready, its node. Moments are milliseconds since the epoch. */
export interface Machine {
  readonly name: string;
  readonly uid: string;
  /** Hash of its MachineSet. */
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
  /** Kept although its release no longer contains it: an upgrade of the platform could not make a pool of it. */
  readonly pinned?: true;
  /** `spec.replicas`: what Helm rendered or the autoscaler set. */
  replicas: number;
  machines: Machine[];
  /** When the group was created, and when the autoscaler next enforces its bounds and removes idle nodes. */
  readonly since: number;
  scaleAt: number;
  idleAt: number;
  /** Machines whose nodes run pods: the autoscaler keeps them. */
  busy?: readonly string[];
}

/** A Helm release inside the tenant cluster. */
export interface AddonState {
  release: AddonRelease;
  /** Whether the chart contains it; false while Flux uninstalls it. */
  wanted: boolean;
  /** Moment of its deployment; undefined while a dependency is missing. */
  deployedAt?: number;
  /** Runs on although no chart contains it: an upgrade of the platform has left it to the tenant. */
  readonly orphaned?: true;
  /** Moment of its removal. */
  goneAt?: number;
  revision: number;
}

/** The state of one cluster in Kamaji and Cluster API: the simulation below Helm. */
export interface ClusterState {
  /** Name of the Kubernetes object. */
  readonly name: string;
  /** Moment from which the control plane answers. */
  readonly readyAt: number;
  /** Current version of the API server, `v1.33.8`, and the upgrade in progress. */
  version: string;
  upgrade?: { readonly version: string; readonly at: number };
  storageClass: string;
  /** Newest Helm release of the cluster: it outlives a HelmRelease that was removed without its finalizer. */
  helmRevision: number;
  groups: Record<string, GroupState>;
  addons: Record<string, AddonState>;
  /** Undefined in a state that an earlier version stored. */
  exposure?: Exposure;
  /** The cluster's own authority and its port; both exist once it is ready. */
  authority?: { readonly certificate: string; readonly privateKey: string };
  port?: number;
  /** What is stored inside it: `<plural>.<group>` → `<namespace>/<name>` → object. Absent while nothing is. */
  objects?: Record<string, Record<string, KubeObject>>;
  /** When the next step of a stored object is due, by its uid. */
  due?: Record<string, number>;
}
