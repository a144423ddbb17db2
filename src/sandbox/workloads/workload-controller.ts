import type { WriteContext } from "../objects/write-context.ts";
import { earliest, type ImmediateController, type Next } from "../platform/controller.ts";
import type { Pace } from "../platform/pace.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState, GroupState } from "../store/cluster-state.ts";
import type { KubeObject } from "../store/kube-object.ts";
import type { PlatformState } from "../store/platform-state.ts";
import { reconcileAddresses } from "./addresses.ts";
import { reconcileAutoscaler } from "./cluster-autoscaler.ts";
import type { ClusterWork, WorkloadStep } from "./cluster-work.ts";
import { reconcileCustomDefinitions } from "./custom-definitions.ts";
import { reconcileDaemonSets } from "./daemon-sets.ts";
import { reconcileDeployments } from "./deployments.ts";
import { reconcileDisruptionBudgets } from "./disruption-budgets.ts";
import { reconcileGarbage } from "./garbage-collector.ts";
import { reconcileJobs } from "./jobs.ts";
import { reconcilePods } from "./kubelet.ts";
import { reconcileNamespaces } from "./namespaces.ts";
import { reconcileScheduling } from "./pod-scheduler.ts";
import { reconcileReplicaSets } from "./replica-sets.ts";
import { reconcileStatefulSets } from "./stateful-sets.ts";
import { reconcileVolumes } from "./volumes.ts";

interface WorkloadControllerOptions {
  readonly tenant: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly pace: Pace;
  readonly worlds: (cluster: ClusterState) => WriteContext;
  /** A node as the next machine of a group will be. */
  readonly templateNode: (cluster: ClusterState, group: GroupState) => KubeObject;
  /** Called with the name of a cluster after the autoscaler has changed a group of it. */
  readonly scaled: (cluster: string) => void;
}

/** Every step sees what the last pass left. Pods come before their owners, which judge deadlines by what has happened by then. */
const steps: readonly WorkloadStep[] = [
  reconcileCustomDefinitions,
  reconcileGarbage,
  reconcileNamespaces,
  reconcileVolumes,
  reconcileScheduling,
  reconcilePods,
  reconcileReplicaSets,
  reconcileDeployments,
  reconcileDaemonSets,
  reconcileStatefulSets,
  reconcileJobs,
  reconcileDisruptionBudgets,
  reconcileAddresses,
  reconcileAutoscaler,
];

/** A pass that changes something is followed by another; this many are enough for any chain of controllers. */
const mostPasses = 30;

/** The controllers inside the tenant clusters. A cluster without stored objects costs nothing. */
export function workloadController(options: WorkloadControllerOptions): ImmediateController {
  const { tenant, state, scheduler, pace } = options;
  return {
    name: "workload",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      if (!cluster || cluster.objects === undefined || cluster.readyAt > scheduler.now()) return undefined;
      const work: ClusterWork = {
        ...options.worlds(cluster),
        scheduler,
        pace: pace.workload,
        idleMs: pace.idle,
        tenant,
        templateNode: (group) => options.templateNode(cluster, group),
        scaled: () => options.scaled(name),
      };
      let next: Next;
      for (let pass = 0; pass < mostPasses; pass += 1) {
        const before = state.version();
        next = earliest(...steps.map((step) => step(work)));
        if (state.version() === before) break;
      }
      forget(work);
      return next;
    },
  };
}

/** Forgets the moments of objects that are gone. */
function forget({ cluster, store }: ClusterWork): void {
  if (store.isEmpty()) {
    delete cluster.objects;
    delete cluster.due;
    return;
  }
  const due = cluster.due ?? {};
  if (Object.keys(due).length === 0) return;
  const uids = new Set(store.entries().map(([, object]) => String(object.metadata["uid"])));
  for (const key of Object.keys(due)) if (!uids.has(key.slice(0, key.indexOf("/")))) delete due[key];
}
