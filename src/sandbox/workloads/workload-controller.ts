import type { WriteContext } from "../objects/write-context.ts";
import { earliest, type ImmediateController, type Next } from "../platform/controller.ts";
import type { WorkloadPace } from "../platform/pace.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import type { PlatformState } from "../store/platform-state.ts";
import type { ClusterWork, WorkloadStep } from "./cluster-work.ts";
import { reconcileCustomDefinitions } from "./custom-definitions.ts";
import { reconcileGarbage } from "./garbage-collector.ts";
import { reconcileNamespaces } from "./namespaces.ts";

interface WorkloadControllerOptions {
  readonly tenant: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly pace: WorkloadPace;
  readonly worlds: (cluster: ClusterState) => WriteContext;
}

/** In the order in which one leaves work for the next. */
const steps: readonly WorkloadStep[] = [reconcileCustomDefinitions, reconcileGarbage, reconcileNamespaces];

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
      const work: ClusterWork = { ...options.worlds(cluster), scheduler, pace, tenant };
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
