import type { JsonObject } from "../../base/json.ts";
import type { ClusterState, GroupState } from "../store/cluster-state.ts";
import type { FaultScript } from "../platform/faults.ts";
import { timestamp } from "../store/kube-object.ts";
import type { Pace, Timing } from "../platform/pace.ts";
import type { Profile } from "../platform/profile.ts";
import type { World } from "../store/world.ts";

/** The WorkloadMonitors and events that a cluster leaves in the tenant's namespace (platform.md §5.1). */
export interface Monitors {
  sync(cluster: ClusterState, later: (moment: number) => void): void;
  remove(cluster: ClusterState): void;
  /** Records that the quota refused machines of a group. */
  refuse(cluster: ClusterState, group: GroupState, message: string): void;
}

export interface MonitorsOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly timing: Timing;
  readonly pace: Pace;
  readonly faults: FaultScript;
  /** Whether the platform's labelling webhook and monitor controller run beside Flux. */
  readonly lineage: boolean;
}

export function createMonitors(options: MonitorsOptions): Monitors {
  const { profile, namespace, world, timing, pace } = options;
  const chartVersion = (profile.kinds.get("Kubernetes")?.chart ?? "").replace(/^.*@/, "");
  const modern = profile.platform !== "1.1.2";

  const put = (
    name: string,
    owner: string,
    spec: JsonObject,
    counts: { readonly available: number; readonly observed: number } | undefined,
  ): void => {
    const pool = owner.startsWith("kubernetes-nodes-");
    const kind = pool ? "KubernetesNodes" : "Kubernetes";
    const application = owner.slice(pool ? "kubernetes-nodes-".length : "kubernetes-".length);
    const minimum = Number(spec["minReplicas"]);
    world.objects.put("workloadmonitors", {
      apiVersion: "cozystack.io/v1alpha1",
      kind: "WorkloadMonitor",
      metadata: {
        name,
        namespace,
        generation: 1,
        labels: {
          "app.kubernetes.io/managed-by": "Helm",
          ...(options.lineage
            ? {
                "apps.cozystack.io/application.group": "apps.cozystack.io",
                "apps.cozystack.io/application.kind": kind,
                "apps.cozystack.io/application.name": application,
              }
            : {}),
          "helm.toolkit.fluxcd.io/name": owner,
          "helm.toolkit.fluxcd.io/namespace": namespace,
        },
      },
      spec: { kind: "kubernetes", ...spec, version: chartVersion },
      ...(counts === undefined
        ? {}
        : {
            status: {
              availableReplicas: counts.available,
              observedReplicas: counts.observed,
              // Before 1.3 the controller computes it on the wrong object and loses it (platform.md §5.1).
              ...(modern && options.lineage ? { operational: counts.available >= minimum } : {}),
            },
          }),
    });
  };

  return {
    sync: (cluster, later) => {
      const now = timing.now();
      const owner = `kubernetes-${cluster.name}`;
      const wanted = new Set([owner]);
      const running = cluster.readyAt <= now;
      put(
        owner,
        owner,
        {
          minReplicas: 1,
          replicas: 2,
          selector: { "kamaji.clastix.io/component": "deployment", "kamaji.clastix.io/name": owner },
          type: "control-plane",
        },
        running ? { available: 2, observed: 2 } : undefined,
      );
      for (const group of Object.values(cluster.groups)) {
        const name = `${owner}-${group.rendered.name}`;
        wanted.add(name);
        const stuck = options.faults.of(cluster.name).groupStuck === group.rendered.name;
        const seen = group.since + (timing.due(pace.machine) - now);
        later(Math.max(seen, cluster.readyAt));
        put(
          name,
          group.owner,
          {
            minReplicas: group.rendered.min,
            selector: {
              "cluster.x-k8s.io/cluster-name": owner,
              "cluster.x-k8s.io/deployment-name": name,
              "cluster.x-k8s.io/role": "worker",
            },
            type: "worker",
          },
          running && seen <= now
            ? {
                available: stuck ? 0 : group.machines.filter((machine) => machine.readyAt <= now).length,
                observed: group.machines.length,
              }
            : undefined,
        );
      }
      for (const monitor of world.objects.list("workloadmonitors")) {
        const name = String(monitor.metadata["name"]);
        if (belongs(monitor["spec"], owner, name) && !wanted.has(name)) world.objects.remove("workloadmonitors", name);
      }
    },
    remove: (cluster) => {
      const owner = `kubernetes-${cluster.name}`;
      for (const monitor of world.objects.list("workloadmonitors")) {
        const name = String(monitor.metadata["name"]);
        if (belongs(monitor["spec"], owner, name)) world.objects.remove("workloadmonitors", name);
      }
    },
    refuse: (cluster, group, message) => {
      const object = `kubernetes-${cluster.name}-${group.rendered.name}`;
      const isSame = (event: JsonObject) =>
        event["message"] === message && (event["involvedObject"] as JsonObject | undefined)?.["name"] === object;
      if (world.objects.list("events").some(isSame)) return;
      cluster.quotaEvents += 1;
      const time = timestamp(timing.now());
      world.objects.put("events", {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${object}.${timing.now().toString(16)}`, namespace },
        involvedObject: { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: object, namespace },
        reason: "FailedCreate",
        message,
        type: "Warning",
        count: 1,
        source: { component: "virtualmachine-controller" },
        firstTimestamp: time,
        lastTimestamp: time,
      });
    },
  };
}

/** Whether a monitor belongs to the cluster: by its selector, since names of clusters can be prefixes of one another. */
function belongs(spec: unknown, owner: string, name: string): boolean {
  if (name === owner) return true;
  const selector = (spec as { selector?: Record<string, string> } | undefined)?.selector;
  return selector?.["cluster.x-k8s.io/cluster-name"] === owner;
}
