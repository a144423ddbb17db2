import type { NodeGroupId } from "../../core/ids.ts";
import { groupNameFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { optionalComputed } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { checkLookup, clusterArgument, memberArgument } from "../shared/lookup.ts";
import { atArgument, missingMember } from "../shared/missing.ts";
import type { Session } from "../shared/session.ts";
import { stateOf } from "./flatten.ts";
import { nodegroupSchema } from "./schema.ts";

/** Texts of attributes that mean something else where the group is only read. */
export const docs = {
  ready_replicas: "Ready nodes.",
  observed_replicas: "Nodes, ready or not.",
} as const;

const schema = {
  ...observed(nodegroupSchema, { docs }),
  id: optionalComputed(string, {
    doc: "`namespace/cluster/name` of the group. Set either `id`, or `cluster_id` and `name`.",
  }),
  cluster_id: optionalComputed(string, { doc: "`id` of the cluster of the group, beside `name`." }),
  name: optionalComputed(string, {
    check: groupNameFormat,
    doc: "Name of the group in its cluster, beside `cluster_id`.",
  }),
};

export const nodegroupData = dataSource<Session>()("hikube_nodegroup", {
  doc: "An existing node group with its settings and its state.",
  schema,
  validate: ({ config, diagnostics }) => checkLookup(config, { required: ["cluster_id", "name"] }, diagnostics),
  read: ({ config, client, signal }) => {
    const where = config.id === null ? "name" : "id";
    return explained(
      schema,
      async () => {
        const id =
          config.id === null ? groupOf(config.cluster_id ?? "", config.name ?? "") : memberArgument(config.id, "id");
        const live = await client.hikube.nodeGroups.observe(id, { signal });
        if (live !== undefined) return stateOf(live);
        const clusterPlace = atArgument(config.id === null ? "cluster_id" : "id", "cluster");
        throw await missingMember(client, id, "node group", signal, atArgument(where, "node group"), clusterPlace);
      },
      where,
    );
  },
});

function groupOf(clusterId: string, name: string): NodeGroupId {
  const { namespace, name: cluster } = clusterArgument(clusterId, "cluster_id");
  return { namespace, cluster, name };
}
