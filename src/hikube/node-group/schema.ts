import {
  countOrPercentage,
  deviceName,
  groupNameFormat,
  objectName,
  orEmpty,
  startupTimeout,
} from "../../core/validate/formats.ts";
import { kubeletFormats } from "../../core/validate/kubelet.ts";
import { cpu, diskSize, nodeMemory } from "../../core/validate/sizes.ts";
import { computed, optional, optionalComputed, required } from "../../schema/attribute.ts";
import { countFrom, oneOf } from "../../schema/check.ts";
import { bool, int, list, object, set, string } from "../../schema/kind.ts";
import { quantitiesEqual, roles } from "../shared/checks.ts";
import { timeoutsOf } from "../shared/timeouts.ts";

const kubelet = (key: keyof typeof kubeletFormats, doc: string) =>
  optionalComputed(string, { check: kubeletFormats[key], doc });

export const nodegroupSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/cluster/name`." }),
  cluster_id: required(string, {
    requiresReplace: true,
    doc: "The cluster the group belongs to: `hikube_cluster.….id`. Changing it replaces the group.",
  }),
  name: required(string, {
    requiresReplace: true,
    check: groupNameFormat,
    doc:
      "Name of the group, unique in its cluster: lower case letters, digits and `-`. Cluster and group name together have at most " +
      "39 characters. Changing it replaces the group.",
  }),
  instance_type: optionalComputed(string, {
    check: objectName("an instance type, such as `u1.xlarge`"),
    doc: "Size of each node, e.g. `u1.xlarge` (4 vCPU, 16 GiB). Default: `u1.medium`. Changing it replaces all nodes, one after another.",
  }),
  resources: optionalComputed(
    object({
      cpu: required(string, {
        check: cpu,
        semanticEquals: quantitiesEqual,
        doc: "CPU cores of each node as a quantity, e.g. `4`.",
      }),
      memory: required(string, {
        check: nodeMemory,
        semanticEquals: quantitiesEqual,
        doc: "Memory of each node as a quantity with a unit, e.g. `16Gi`.",
      }),
    }),
    {
      absentUntilSet: true,
      doc:
        "Exact size of each node instead of an instance type. Platform 1.1 cannot start nodes with both; from 1.6 `resources` takes " +
        "precedence. Changing it replaces all nodes, one after another.",
    },
  ),
  min_replicas: optionalComputed(int, {
    check: countFrom(0),
    doc:
      "Smallest number of nodes the autoscaler may choose. Default: `0`. Each node is billed while it runs. Platform 1.1 starts every " +
      "group with two nodes.",
  }),
  max_replicas: optionalComputed(int, {
    check: countFrom(0),
    doc: "Largest number of nodes the autoscaler may choose; at least 1 on platform 1.1. Default: `10`.",
  }),
  disk_size: optionalComputed(string, {
    check: diskSize,
    semanticEquals: quantitiesEqual,
    doc:
      "Disk of each node as a quantity with a unit, e.g. `50Gi`; at least `1Gi`. Default: `20Gi`. Changing it replaces all nodes, one " +
      "after another.",
  }),
  storage_class: optionalComputed(string, {
    check: orEmpty(objectName("a storage class")),
    doc: "Storage class of the nodes' disks, e.g. `local`. Default: the cluster's. Changing it replaces all nodes. Platform 1.4 or newer.",
  }),
  roles: optionalComputed(set(string), {
    check: roles,
    doc:
      "Roles of the nodes: each becomes a `node-role.kubernetes.io/<role>` label. `ingress-nginx` takes ingress traffic. The only labels " +
      "Hikube sets on nodes; taints cannot be set. Changing them replaces all nodes, one after another.",
  }),
  gpus: optionalComputed(
    list({
      name: required(string, {
        check: deviceName,
        doc: "Device name. Hikube: `nvidia.com/AD102GL_L40S`, `nvidia.com/GA100_A100_PCIE_80GB`, `nvidia.com/H100_94GB`.",
      }),
    }),
    {
      doc:
        "GPUs of each node: one entry per device, e.g. two entries for two GPUs. Pods ask for `nvidia.com/gpu`; needs the add-on " +
        "`gpu-operator`. Changing them replaces all nodes, one after another.",
    },
  ),
  kubelet: optionalComputed(
    object({
      eviction_hard_memory: kubelet(
        "evictionHardMemory",
        "Free memory at which pods are killed, as a percentage or a size; less than `eviction_soft_memory`. Default: `7%`.",
      ),
      eviction_soft_memory: kubelet(
        "evictionSoftMemory",
        "Free memory at which pods are asked to leave, as a percentage or a size. Default: `10%`.",
      ),
      system_reserved_memory: kubelet(
        "systemReservedMemory",
        "Memory reserved for the system, e.g. `512Mi`. Default: computed, 5% of the node, `256Mi` to `1Gi`.",
      ),
      kube_reserved_memory: kubelet(
        "kubeReservedMemory",
        "Memory reserved for Kubernetes, e.g. `512Mi`. Default: computed, 5% of the node, `256Mi` to `1Gi`.",
      ),
      system_reserved_cpu: kubelet(
        "systemReservedCpu",
        "CPU reserved for the system, e.g. `100m`. Default: computed, 5% of the node, `50m` to `500m`.",
      ),
      kube_reserved_cpu: kubelet(
        "kubeReservedCpu",
        "CPU reserved for Kubernetes, e.g. `100m`. Default: computed, 5% of the node, `50m` to `500m`.",
      ),
    }),
    { absentUntilSet: true, doc: "Reservations of the kubelet. Platform 1.4 or newer." },
  ),
  max_unhealthy: optionalComputed(string, {
    check: orEmpty(countOrPercentage),
    doc: "Count or percentage of unhealthy nodes (`2`, `40%`) above which nodes are no longer repaired. Default: `50%`. Platform 1.6 or newer.",
  }),
  node_startup_timeout: optionalComputed(string, {
    check: orEmpty(startupTimeout),
    doc: "Time a node may take to join, as a duration (`10m`), at least `30s`. Default: `10m`. Platform 1.6 or newer.",
  }),
  wait_for: optional(string, {
    providerOnly: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until at least `min_replicas` nodes run; `accepted` does not wait. Default: `ready`.",
  }),
  timeouts: timeoutsOf("45m", "60m", "30m"),

  backend: computed(string, {
    notNull: true,
    doc: "For diagnosis: where the platform keeps the group, `cluster` (a key of the cluster object) or `KubernetesNodes`.",
  }),
  ready: computed(bool, { notNull: true, doc: "Whether at least `min_replicas` nodes run." }),
  ready_replicas: computed(int, {
    doc: "Ready nodes when the group was last waited for, or when `ready` last changed; not refreshed otherwise, because the autoscaler changes it.",
  }),
  observed_replicas: computed(int, { doc: "Nodes at that time, ready or not." }),
  status_message: computed(string, { doc: "What the platform reports while the group is not ready; null when it is." }),
} as const;
