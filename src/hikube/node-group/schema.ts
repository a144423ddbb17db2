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
import { type OperationLimits, timeoutsOf } from "../shared/timeouts.ts";

const kubelet = (key: keyof typeof kubeletFormats, otherwise: string, doc: string) =>
  optionalComputed(string, { check: kubeletFormats[key], otherwise, doc });

/** What a change of a part of each machine does (platform.md §3.6). */
export const replacesNodes = "replaces all nodes, one after another";

export const nodegroupLimits: OperationLimits = { create: "45m", update: "60m", delete: "30m" };

export const nodegroupSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/cluster/name`." }),
  cluster_id: required(string, {
    requiresReplace: true,
    changing: "replaces the group",
    doc: "The cluster the group belongs to: `hikube_cluster.….id`.",
  }),
  name: required(string, {
    requiresReplace: true,
    check: groupNameFormat,
    changing: "replaces the group",
    doc:
      "Name of the group, unique in its cluster: lower case letters, digits and `-`. Cluster and group name together have at " +
      "most 39 characters.",
  }),
  instance_type: optionalComputed(string, {
    check: objectName("an instance type, such as `u1.xlarge`"),
    otherwise: "`u1.medium`",
    changing: replacesNodes,
    doc: "Size of each node, e.g. `u1.xlarge` (4 vCPU, 16 GiB).",
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
      changing: replacesNodes,
      doc:
        "Exact size of each node instead of an instance type. Platform 1.1 cannot start nodes with both; from 1.6 `resources` " +
        "takes precedence.",
    },
  ),
  min_replicas: optionalComputed(int, {
    check: countFrom(0),
    otherwise: "`0`",
    doc:
      "Smallest number of nodes the autoscaler may choose. Each node is billed while it runs. Platform 1.1 starts every group " +
      "with two nodes.",
  }),
  max_replicas: optionalComputed(int, {
    check: countFrom(0),
    otherwise: "`10`",
    doc: "Largest number of nodes the autoscaler may choose; at least 1 on platform 1.1.",
  }),
  disk_size: optionalComputed(string, {
    check: diskSize,
    semanticEquals: quantitiesEqual,
    otherwise: "`20Gi`",
    changing: replacesNodes,
    doc: "Disk of each node as a quantity with a unit, e.g. `50Gi`; at least `1Gi`.",
  }),
  storage_class: optionalComputed(string, {
    check: orEmpty(objectName("a storage class")),
    otherwise: "the cluster's",
    changing: replacesNodes,
    since: "1.4",
    doc: "Storage class of the nodes' disks, e.g. `local`.",
  }),
  roles: optionalComputed(set(string), {
    check: roles,
    changing: replacesNodes,
    doc:
      "Roles of the nodes: each becomes a `node-role.kubernetes.io/<role>` label. `ingress-nginx` takes ingress traffic. The " +
      "only labels Hikube sets on nodes; taints cannot be set.",
  }),
  gpus: optionalComputed(
    list({
      name: required(string, {
        check: deviceName,
        doc: "Device name. Hikube: `nvidia.com/AD102GL_L40S`, `nvidia.com/GA100_A100_PCIE_80GB`, `nvidia.com/H100_94GB`.",
      }),
    }),
    {
      changing: replacesNodes,
      doc:
        "GPUs of each node: one entry per device, e.g. two entries for two GPUs. Pods ask for `nvidia.com/gpu`; needs the add-on " +
        "`gpu-operator`.",
    },
  ),
  kubelet: optionalComputed(
    object({
      eviction_hard_memory: kubelet(
        "evictionHardMemory",
        "`7%`",
        "Free memory at which pods are killed, as a percentage or a size; less than `eviction_soft_memory`.",
      ),
      eviction_soft_memory: kubelet(
        "evictionSoftMemory",
        "`10%`",
        "Free memory at which pods are asked to leave, as a percentage or a size.",
      ),
      system_reserved_memory: kubelet(
        "systemReservedMemory",
        "computed, 5% of the node, `256Mi` to `1Gi`",
        "Memory reserved for the system, e.g. `512Mi`.",
      ),
      kube_reserved_memory: kubelet(
        "kubeReservedMemory",
        "computed, 5% of the node, `256Mi` to `1Gi`",
        "Memory reserved for Kubernetes, e.g. `512Mi`.",
      ),
      system_reserved_cpu: kubelet(
        "systemReservedCpu",
        "computed, 5% of the node, `50m` to `500m`",
        "CPU reserved for the system, e.g. `100m`.",
      ),
      kube_reserved_cpu: kubelet(
        "kubeReservedCpu",
        "computed, 5% of the node, `50m` to `500m`",
        "CPU reserved for Kubernetes, e.g. `100m`.",
      ),
    }),
    { absentUntilSet: true, since: "1.4", doc: "Reservations of the kubelet." },
  ),
  max_unhealthy: optionalComputed(string, {
    check: orEmpty(countOrPercentage),
    otherwise: "`50%`",
    since: "1.6",
    doc: "Count or percentage of unhealthy nodes (`2`, `40%`) above which nodes are no longer repaired.",
  }),
  node_startup_timeout: optionalComputed(string, {
    check: orEmpty(startupTimeout),
    otherwise: "`10m`",
    since: "1.6",
    doc: "Time a node may take to join, as a duration (`10m`), at least `30s`.",
  }),
  wait_for: optional(string, {
    providerOnly: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until at least `min_replicas` nodes run; `accepted` does not wait.",
  }),
  timeouts: timeoutsOf(nodegroupLimits),

  backend: computed(string, {
    notNull: true,
    doc: "For diagnosis: where the platform keeps the group, `cluster` (a key of the cluster object) or `KubernetesNodes`.",
  }),
  ready: computed(bool, { notNull: true, doc: "Whether at least `min_replicas` nodes run." }),
  ready_replicas: computed(int, {
    doc: "Ready nodes when the group was last waited for, or when `ready` last changed; not refreshed otherwise, because the autoscaler changes it.",
  }),
  observed_replicas: computed(int, {
    doc: "Nodes when the group was last waited for, or when `ready` last changed, ready or not.",
  }),
  status_message: computed(string, { doc: "What the platform reports while the group is not ready; null when it is." }),
} as const;
