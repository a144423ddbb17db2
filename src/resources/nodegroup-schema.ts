import { computed, optional, optionalComputed, required } from "../schema/attribute.ts";
import { atLeast, oneOf } from "../schema/check.ts";
import { bool, int, list, object, set, string } from "../schema/kind.ts";
import { groupName, quantity, quantitySame } from "./checks.ts";
import { timeouts } from "./timeouts.ts";

export const nodegroupSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/cluster/name`." }),
  cluster_id: required(string, {
    replaces: true,
    doc: "The cluster the group belongs to: `hikube_cluster.….id`. Changing it replaces the group.",
  }),
  name: required(string, {
    replaces: true,
    check: groupName,
    doc: "Name of the group, unique in its cluster. Changing it replaces the group.",
  }),
  instance_type: optionalComputed(string, {
    doc: "VM size, e.g. `u1.xlarge`. Default: the platform's. Changing it rolls the nodes.",
  }),
  resources: optionalComputed(
    object({
      cpu: required(string, { check: quantity, same: quantitySame, doc: "CPUs of each node, e.g. `4`." }),
      memory: required(string, { check: quantity, same: quantitySame, doc: "Memory of each node, e.g. `16Gi`." }),
    }),
    {
      absentUntilSet: true,
      doc: "Exact size of each node instead of an instance type. Platform 1.1 refuses both together; from 1.6 this wins.",
    },
  ),
  min_replicas: optionalComputed(int, { check: atLeast(0), doc: "Fewest nodes. Default: the platform's, 0." }),
  max_replicas: optionalComputed(int, { check: atLeast(0), doc: "Most nodes. Default: the platform's, 10." }),
  disk_size: optionalComputed(string, {
    check: quantity,
    same: quantitySame,
    doc: "Disk of each node, e.g. `50Gi`. Default: the platform's, `20Gi`. Changing it rolls the nodes.",
  }),
  storage_class: optionalComputed(string, { doc: "Storage class of the nodes' disks. Platform 1.4 and newer." }),
  roles: optionalComputed(set(string), {
    doc: "Roles of the nodes: each becomes a `node-role.kubernetes.io/<role>` label. `ingress-nginx` takes ingress traffic.",
  }),
  gpus: optionalComputed(list({ name: required(string, { doc: "Device name, e.g. `nvidia.com/AD102GL_L40S`." }) }), {
    doc: "GPUs of each node, one entry a device. Pods ask for `nvidia.com/gpu`; needs the add-on `gpu-operator`.",
  }),
  kubelet: optionalComputed(
    object({
      eviction_hard_memory: optionalComputed(string, { doc: "Free memory at which pods are killed, e.g. `7%`." }),
      eviction_soft_memory: optionalComputed(string, {
        doc: "Free memory at which pods are asked to leave, e.g. `10%`.",
      }),
      system_reserved_memory: optionalComputed(string, { doc: "Memory kept for the system. Default: computed." }),
      kube_reserved_memory: optionalComputed(string, { doc: "Memory kept for Kubernetes. Default: computed." }),
      system_reserved_cpu: optionalComputed(string, { doc: "CPU kept for the system. Default: computed." }),
      kube_reserved_cpu: optionalComputed(string, { doc: "CPU kept for Kubernetes. Default: computed." }),
    }),
    { absentUntilSet: true, doc: "Reservations of the kubelet. Platform 1.4 and newer." },
  ),
  max_unhealthy: optionalComputed(string, {
    doc: "How many nodes may be unhealthy before repair stops, a count or a percentage. Platform 1.6 and newer.",
  }),
  node_startup_timeout: optionalComputed(string, { doc: "How long a node may take to join. Platform 1.6 and newer." }),
  wait_for: optional(string, {
    local: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until at least `min_replicas` nodes run; `accepted` does not wait.",
  }),
  timeouts,

  backend: computed(string, {
    notNull: true,
    doc: "Where the platform keeps the group: `cluster` (a key of the cluster object) or `KubernetesNodes`.",
  }),
  ready: computed(bool, { notNull: true, doc: "Whether at least `min_replicas` nodes run." }),
  ready_replicas: computed(int, {
    doc: "Nodes that ran when the group was last applied or its readiness changed; the autoscaler owns the live number.",
  }),
  observed_replicas: computed(int, { doc: "Nodes that existed then, running or not." }),
  status_message: computed(string, { doc: "What the platform says while the group is not ready; null when it is." }),
} as const;
