import { createHash } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import { fixedUid } from "./catalogue-objects.ts";
import type { ClusterState, GroupState, Machine } from "../store/cluster-state.ts";
import { type KubeObject, timestamp } from "../store/kube-object.ts";
import { type Quota, quotaName } from "../machines/quota.ts";

/** What the machines of all clusters look like from the tenant's namespace (platform.md §5.2, §6.2). */
export interface MachineObjects {
  pods(): KubeObject[];
  workloads(): KubeObject[];
  quota(): KubeObject;
}

export function machineObjects(
  clusters: () => Iterable<ClusterState>,
  namespace: string,
  now: () => number,
  born: string,
  quota: Quota,
): MachineObjects {
  const each = <T>(make: (cluster: ClusterState, group: GroupState, machine: Machine) => T): T[] =>
    [...clusters()].flatMap((cluster) =>
      Object.values(cluster.groups).flatMap((group) => group.machines.map((machine) => make(cluster, group, machine))),
    );
  const metadata = (name: string, kind: string, machine: Machine, labels: JsonObject): JsonObject => ({
    name,
    namespace,
    uid: fixedUid(kind, machine.uid),
    // Changes once, when the machine has become ready.
    resourceVersion: String(
      1 + Math.floor((machine.readyAt <= now() ? machine.readyAt : machine.createdAt) % 1_000_000_000),
    ),
    creationTimestamp: timestamp(machine.createdAt),
    labels,
  });
  return {
    pods: () =>
      each((cluster, group, machine): KubeObject => {
        const running = machine.readyAt <= now();
        const deployment = `kubernetes-${cluster.name}-${group.rendered.name}`;
        return {
          apiVersion: "v1",
          kind: "Pod",
          metadata: metadata(podName(machine), "pod", machine, {
            "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster.name}`,
            "cluster.x-k8s.io/deployment-name": deployment,
            "cluster.x-k8s.io/role": "worker",
            "kubevirt.io": "virt-launcher",
            "vm.kubevirt.io/name": machine.name,
          }),
          spec: {
            containers: [{ name: "compute", resources: { limits: { cpu: machine.cpu, memory: machine.memory } } }],
          },
          status: {
            phase: running ? "Running" : "Pending",
            conditions: [
              { type: "Ready", status: running ? "True" : "False", lastTransitionTime: timestamp(machine.createdAt) },
            ],
          },
        };
      }).sort(byName),
    workloads: () =>
      each(
        (cluster, group, machine): KubeObject => ({
          apiVersion: "cozystack.io/v1alpha1",
          kind: "Workload",
          metadata: metadata(`pod-${podName(machine)}`, "workload", machine, {
            "workloads.cozystack.io/kubevirt-vmi-instance-type": machine.instanceType,
            "workloads.cozystack.io/monitor": `kubernetes-${cluster.name}-${group.rendered.name}`,
          }),
          status: {
            kind: "kubernetes",
            type: "worker",
            resources: { cpu: machine.cpu, memory: machine.memory },
            operational: machine.readyAt <= now(),
          },
        }),
      ).sort(byName),
    quota: () => {
      const { hard } = quota;
      const machines = each((_, __, { createdAt }) => createdAt);
      const used = quota.used(clusters());
      return {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: {
          name: quotaName,
          namespace,
          uid: fixedUid("resourcequota", namespace),
          // Changes with every machine that comes or goes.
          resourceVersion: String(1 + (Math.floor(machines.reduce((sum, at) => sum + at, 0)) % 1_000_000_000)),
          creationTimestamp: born,
        },
        spec: { hard },
        status: { hard, used },
      };
    },
  };
}

function podName(machine: Machine): string {
  return `virt-launcher-${machine.name}-${createHash("sha256").update(machine.uid).digest("hex").slice(0, 5)}`;
}

const byName = (a: KubeObject, b: KubeObject) => (String(a.metadata["name"]) < String(b.metadata["name"]) ? -1 : 1);
