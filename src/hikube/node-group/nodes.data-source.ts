import type { TenantNode } from "../../core/read/tenants.ts";
import { groupNameFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optional, required } from "../../schema/attribute.ts";
import { positiveDuration } from "../../schema/check.ts";
import { bool, int, list, map, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex, readyFilter, sortedBy } from "../shared/filters.ts";
import { clusterArgument } from "../shared/lookup.ts";
import type { Session } from "../shared/session.ts";
import { deadlineOf } from "../shared/timeouts.ts";

const defaultTimeout = "1m";

const schema = {
  cluster_id: required(string, { doc: "`id` of the cluster." }),
  node_group: optional(string, { check: groupNameFormat, doc: "Only nodes of the node group with this name." }),
  name_regex: nameRegex("nodes"),
  ready: readyFilter("nodes"),
  timeout: optional(string, {
    check: positiveDuration,
    doc: `Longest time to wait until the cluster's API answers, as a duration (\`5m\`). Default: \`${defaultTimeout}\`.`,
  }),
  nodes: computed(
    list({
      name: computed(string, { doc: "Name of the node." }),
      node_group: computed(string, { doc: "Name of its node group; null for a node that no group made." }),
      ready: computed(bool, { doc: "Whether the kubelet reports the node as ready." }),
      kubelet_version: computed(string, { doc: "Version of the kubelet, e.g. `v1.34.4`." }),
      instance_type: computed(string, { doc: "Instance type; null for a node with an exact size." }),
      roles: computed(list(string), { doc: "Roles, sorted." }),
      internal_ip: computed(string, { doc: "Address inside the platform's network; null until it is known." }),
      addresses: computed(
        list({
          type: computed(string, { doc: "`InternalIP`, `ExternalIP`, `Hostname` and the like." }),
          address: computed(string, { doc: "The address." }),
        }),
        { doc: "All addresses." },
      ),
      capacity: computed(map(string), {
        doc: "Capacity as quantities by resource: `cpu`, `memory`, `pods`, `nvidia.com/gpu` …",
      }),
      gpus: computed(int, { doc: "GPUs that pods can ask for as `nvidia.com/gpu`; needs the add-on `gpu-operator`." }),
      created_at: computed(string, { doc: "When the node joined, RFC 3339." }),
    }),
    { doc: "The nodes, sorted by name." },
  ),
  names: computed(list(string), { doc: "Names of the nodes, in the same order." }),
};

export const nodesData = dataSource<Session>()("hikube_nodes", {
  doc:
    "The nodes that a cluster has at the moment, read from its own API, which must be reachable from here. The autoscaler adds and removes " +
    "nodes, so the result changes without a change of the configuration.",
  schema,
  read: ({ config, client, signal }) =>
    explained(
      schema,
      async () => {
        const cluster = clusterArgument(config.cluster_id, "cluster_id");
        const deadline = deadlineOf(client, config.timeout, defaultTimeout);
        const progress = (message: string) => client.log("info", message);
        const live = await client.hikube.clusters.nodes(cluster, { signal, deadline, progress });
        const nodes = sortedBy(
          filtered(live, config).filter(({ group }) => config.node_group === null || config.node_group === group),
          ({ name }) => [name],
        );
        return { ...config, nodes: nodes.map(flattened), names: nodes.map(({ name }) => name) };
      },
      "cluster_id",
    ),
});

const flattened = (node: TenantNode) => ({
  name: node.name,
  node_group: node.group ?? null,
  ready: node.ready,
  kubelet_version: node.kubeletVersion,
  instance_type: node.instanceType ?? null,
  roles: [...node.roles].sort(),
  internal_ip: node.addresses.find(({ type }) => type === "InternalIP")?.address ?? null,
  addresses: [...node.addresses],
  capacity: { ...node.capacity },
  gpus: Number(node.capacity["nvidia.com/gpu"] ?? "0"),
  created_at: node.createdAt ?? null,
});
