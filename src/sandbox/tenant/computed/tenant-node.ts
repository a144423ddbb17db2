import type { JsonObject } from "../../../base/json.ts";
import type { TenantCapabilities } from "../../platform/capabilities.ts";
import type { GroupState, Machine } from "../../store/cluster-state.ts";
import { fixedUid, type KubeObject, timestamp } from "../../store/kube-object.ts";
import { bytesOf, millicoresOf } from "../../store/quantity.ts";

/** The node that a ready machine is inside its cluster. `index` is its place among the nodes. */
export function tenantNode(
  cluster: string,
  machine: Machine,
  index: number,
  system: TenantCapabilities["nodeSystem"],
): KubeObject {
  const ready = timestamp(machine.readyAt);
  const capacity = capacityOf(machine);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: machine.name,
      uid: machine.uid,
      resourceVersion: String(100 + Math.floor(machine.readyAt % 1_000_000_000)),
      creationTimestamp: ready,
      labels: labelsOf(machine),
      annotations: {
        "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster}`,
        "cluster.x-k8s.io/labels-from-machine": "",
        "cluster.x-k8s.io/machine": machine.name,
        "cluster.x-k8s.io/owner-kind": "MachineSet",
        "cluster.x-k8s.io/owner-name": machine.name.slice(0, machine.name.lastIndexOf("-")),
      },
    },
    spec: { podCIDR: `10.243.${index % 256}.0/24`, providerID: `kubevirt://${machine.name}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: conditionsAt(ready),
      addresses: [
        { type: "InternalIP", address: `10.244.${Math.floor(index / 250)}.${(index % 250) + 2}` },
        { type: "Hostname", address: machine.name },
      ],
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        ...system,
        kubeletVersion: machine.kubelet,
        kubeProxyVersion: machine.kubelet,
        machineID: machine.uid.replaceAll("-", ""),
        systemUUID: machine.uid,
        bootID: fixedUid("boot", machine.name),
      },
    },
  };
}

/** A node as the next machine of a group will be. */
export function templateNode(
  cluster: string,
  { rendered }: Pick<GroupState, "rendered">,
  system: TenantCapabilities["nodeSystem"],
): KubeObject {
  const name = `kubernetes-${cluster}-${rendered.name}`;
  return tenantNode(
    cluster,
    { ...rendered, name, uid: fixedUid("template", name), createdAt: 0, readyAt: 0 },
    0,
    system,
  );
}

function labelsOf(machine: Machine): JsonObject {
  const labels: JsonObject = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": machine.name,
    "kubernetes.io/os": "linux",
    ...(machine.instanceType === "" ? {} : { "node.kubernetes.io/instance-type": machine.instanceType }),
    ...(machine.gpus.length > 0 ? { gpu: "on", "nvidia.com/gpu.present": "true" } : {}),
  };
  for (const role of machine.roles) labels[`node-role.kubernetes.io/${role}`] = "";
  return labels;
}

function capacityOf(machine: Machine): JsonObject {
  return {
    cpu: String(Math.ceil(millicoresOf(machine.cpu) / 1000)),
    memory: `${Math.floor(bytesOf(machine.memory) / 1024)}Ki`,
    pods: "110",
    ...(machine.gpus.length > 0 ? { "nvidia.com/gpu": String(machine.gpus.length) } : {}),
  };
}

function conditionsAt(ready: string): JsonObject[] {
  const moments = { lastHeartbeatTime: ready, lastTransitionTime: ready };
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    ...moments,
  });
  return [
    condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
  ];
}
