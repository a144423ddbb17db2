import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { earliest, type ImmediateController, type Next } from "../platform/controller.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { Profile } from "../platform/profile.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState, GroupState } from "../store/cluster-state.ts";
import { nameOf } from "../store/kube-object.ts";
import type { PlatformState } from "../store/platform-state.ts";

interface MonitorControllerOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly faults: FaultScript;
  /** Whether the platform's labelling webhook and monitor controller run beside Flux. */
  readonly lineage: boolean;
}

/** Keeps the WorkloadMonitors of a cluster: one for the control plane, one for each node group (platform.md §5.1). */
export function monitorController(options: MonitorControllerOptions): ImmediateController {
  const { state } = options;
  return {
    name: "workload monitor",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      const monitors = cluster ? monitorsOf(options, cluster) : [];
      for (const monitor of monitors) putMonitor(options, monitor);
      const wanted = new Set(monitors.map((monitor) => monitor.name));
      for (const stored of state.objects.list("workloadmonitors")) {
        if (belongs(stored["spec"], `kubernetes-${name}`, nameOf(stored)) && !wanted.has(nameOf(stored))) {
          state.objects.remove("workloadmonitors", nameOf(stored));
        }
      }
      return earliest(...monitors.map((monitor) => monitor.next));
    },
  };
}

interface Monitor {
  readonly name: string;
  /** Helm release that created it. */
  readonly owner: string;
  readonly minReplicas: number;
  readonly spec: JsonObject;
  /** Undefined before the monitor controller has counted. */
  readonly counts: { readonly available: number; readonly observed: number } | undefined;
  readonly next: Next;
}

function monitorsOf(options: MonitorControllerOptions, cluster: ClusterState): Monitor[] {
  const owner = `kubernetes-${cluster.name}`;
  const isRunning = cluster.readyAt <= options.scheduler.now();
  const controlPlane: Monitor = {
    name: owner,
    owner,
    minReplicas: 1,
    spec: {
      replicas: 2,
      selector: { "kamaji.clastix.io/component": "deployment", "kamaji.clastix.io/name": owner },
      type: "control-plane",
    },
    counts: isRunning ? { available: 2, observed: 2 } : undefined,
    next: undefined,
  };
  return [controlPlane, ...Object.values(cluster.groups).map((group) => groupMonitor(options, cluster, group))];
}

function groupMonitor(options: MonitorControllerOptions, cluster: ClusterState, group: GroupState): Monitor {
  const { scheduler, profile } = options;
  const now = scheduler.now();
  const name = `kubernetes-${cluster.name}-${group.rendered.name}`;
  const isStuck = options.faults.of(cluster.name).groupStuck === group.rendered.name;
  const countedAt = Math.max(group.since + (scheduler.due(profile.pace.machine) - now), cluster.readyAt);
  const running = group.machines.filter((machine) => machine.readyAt <= now);
  return {
    name,
    owner: group.owner,
    minReplicas: group.rendered.min,
    spec: {
      selector: {
        "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster.name}`,
        "cluster.x-k8s.io/deployment-name": name,
        "cluster.x-k8s.io/role": "worker",
      },
      type: "worker",
    },
    counts: countedAt <= now ? { available: isStuck ? 0 : running.length, observed: group.machines.length } : undefined,
    next: countedAt > now ? countedAt : undefined,
  };
}

function putMonitor({ profile, namespace, state, lineage }: MonitorControllerOptions, monitor: Monitor): void {
  const { name, owner, minReplicas, counts } = monitor;
  const reportsOperational = lineage && profile.capabilities.machines.monitorsReportOperational;
  state.objects.put("workloadmonitors", {
    apiVersion: "cozystack.io/v1alpha1",
    kind: "WorkloadMonitor",
    metadata: {
      name,
      namespace,
      generation: 1,
      labels: {
        "app.kubernetes.io/managed-by": "Helm",
        ...(lineage ? applicationLabels(owner) : {}),
        "helm.toolkit.fluxcd.io/name": owner,
        "helm.toolkit.fluxcd.io/namespace": namespace,
      },
    },
    spec: {
      kind: "kubernetes",
      minReplicas,
      ...monitor.spec,
      version: (profile.kinds.get("Kubernetes")?.chart ?? "").replace(/^.*@/, ""),
    },
    ...(counts === undefined
      ? {}
      : {
          status: {
            availableReplicas: counts.available,
            observedReplicas: counts.observed,
            ...(reportsOperational ? { operational: counts.available >= minReplicas } : {}),
          },
        }),
  });
}

/** The labels that name the application of a Helm release. */
function applicationLabels(owner: string): JsonObject {
  const isPool = owner.startsWith("kubernetes-nodes-");
  return {
    "apps.cozystack.io/application.group": "apps.cozystack.io",
    "apps.cozystack.io/application.kind": isPool ? "KubernetesNodes" : "Kubernetes",
    "apps.cozystack.io/application.name": owner.slice(isPool ? "kubernetes-nodes-".length : "kubernetes-".length),
  };
}

/** Whether a monitor belongs to the cluster: by its selector, since the name of a cluster can be a prefix of another's. */
function belongs(spec: unknown, owner: string, name: string): boolean {
  if (name === owner) return true;
  const selector = isJsonObject(spec) ? spec["selector"] : undefined;
  return isJsonObject(selector) && selector["cluster.x-k8s.io/cluster-name"] === owner;
}
