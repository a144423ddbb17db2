import { createHash } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import { type Quota, quotaName } from "../machines/quota.ts";
import type { ClusterState, GroupState, Machine } from "../store/cluster-state.ts";
import { byName, fixedUid, type KubeObject, timestamp } from "../store/kube-object.ts";

/** How the machines of all clusters show in the tenant's namespace (platform.md §5.2, §6.2). */
interface MachineObjects {
  pods(): KubeObject[];
  workloads(): KubeObject[];
  quota(): KubeObject;
}

interface MachineObjectsOptions {
  readonly clusters: () => Iterable<ClusterState>;
  readonly namespace: string;
  readonly now: () => number;
  /** Creation time of what exists since the start. */
  readonly created: string;
  readonly quota: Quota;
}

interface Placed {
  readonly cluster: ClusterState;
  readonly group: GroupState;
  readonly machine: Machine;
}

export function machineObjects(options: MachineObjectsOptions): MachineObjects {
  const placed = (): Placed[] =>
    [...options.clusters()].flatMap((cluster) =>
      Object.values(cluster.groups).flatMap((group) => group.machines.map((machine) => ({ cluster, group, machine }))),
    );
  return {
    pods: () =>
      placed()
        .map((one) => podOf(options, one))
        .sort(byName),
    workloads: () =>
      placed()
        .map((one) => workloadOf(options, one))
        .sort(byName),
    quota: () => quotaOf(options, placed()),
  };
}

function podOf(options: MachineObjectsOptions, { cluster, group, machine }: Placed): KubeObject {
  const isRunning = machine.readyAt <= options.now();
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(options, podName(machine), "pod", machine, {
      "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster.name}`,
      "cluster.x-k8s.io/deployment-name": `kubernetes-${cluster.name}-${group.rendered.name}`,
      "cluster.x-k8s.io/role": "worker",
      "kubevirt.io": "virt-launcher",
      "vm.kubevirt.io/name": machine.name,
    }),
    spec: {
      containers: [{ name: "compute", resources: { limits: { cpu: machine.cpu, memory: machine.memory } } }],
    },
    status: {
      phase: isRunning ? "Running" : "Pending",
      conditions: [
        { type: "Ready", status: isRunning ? "True" : "False", lastTransitionTime: timestamp(machine.createdAt) },
      ],
    },
  };
}

function workloadOf(options: MachineObjectsOptions, { cluster, group, machine }: Placed): KubeObject {
  return {
    apiVersion: "cozystack.io/v1alpha1",
    kind: "Workload",
    metadata: metadata(options, `pod-${podName(machine)}`, "workload", machine, {
      "workloads.cozystack.io/kubevirt-vmi-instance-type": machine.instanceType,
      "workloads.cozystack.io/monitor": `kubernetes-${cluster.name}-${group.rendered.name}`,
    }),
    status: {
      kind: "kubernetes",
      type: "worker",
      resources: { cpu: machine.cpu, memory: machine.memory },
      operational: machine.readyAt <= options.now(),
    },
  };
}

function quotaOf(
  { clusters, namespace, created, quota }: MachineObjectsOptions,
  placed: readonly Placed[],
): KubeObject {
  const { hard } = quota;
  const moments = placed.reduce((sum, { machine }) => sum + machine.createdAt, 0);
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: {
      name: quotaName,
      namespace,
      uid: fixedUid("resourcequota", namespace),
      // Changes with every machine that is created or deleted.
      resourceVersion: String(1 + (Math.floor(moments) % 1_000_000_000)),
      creationTimestamp: created,
    },
    spec: { hard },
    status: { hard, used: quota.used(clusters()) },
  };
}

function metadata(
  { namespace, now }: MachineObjectsOptions,
  name: string,
  kind: string,
  machine: Machine,
  labels: JsonObject,
): JsonObject {
  // Changes once, when the machine becomes ready.
  const changedAt = machine.readyAt <= now() ? machine.readyAt : machine.createdAt;
  return {
    name,
    namespace,
    uid: fixedUid(kind, machine.uid),
    resourceVersion: String(1 + Math.floor(changedAt % 1_000_000_000)),
    creationTimestamp: timestamp(machine.createdAt),
    labels,
  };
}

function podName(machine: Machine): string {
  return `virt-launcher-${machine.name}-${createHash("sha256").update(machine.uid).digest("hex").slice(0, 5)}`;
}
