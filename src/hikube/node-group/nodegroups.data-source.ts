import { memberKey } from "../../core/ids.ts";
import { namespaceFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optional, optionalComputed } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex, readyFilter, sortedBy } from "../shared/filters.ts";
import { clusterArgument } from "../shared/lookup.ts";
import { atArgument, missingCluster } from "../shared/missing.ts";
import type { Session } from "../shared/session.ts";
import { docs } from "./data-source.ts";
import { stateOf } from "./flatten.ts";
import { nodegroupSchema } from "./schema.ts";

const schema = {
  cluster_id: optional(string, {
    doc: "`id` of the cluster whose groups are read. Default: all clusters of the namespace.",
  }),
  namespace: optionalComputed(string, {
    check: namespaceFormat,
    doc: "The namespace whose groups are read. Default: that of `cluster_id`, else the provider's.",
  }),
  name_regex: nameRegex("groups"),
  ready: readyFilter("groups"),
  nodegroups: computed(list(observed(nodegroupSchema, { docs })), {
    doc: "The node groups, sorted by cluster and name. A group that no configuration declares, such as the platform's own `md0`, is not among them.",
  }),
  ids: computed(list(string), { doc: "Their ids, in the same order." }),
  names: computed(list(string), { doc: "Their names, in the same order." }),
};

export const nodegroupsData = dataSource<Session>()("hikube_nodegroups", {
  doc: "The node groups of a cluster or of a namespace. They are read with the same few requests, whatever their number.",
  schema,
  validate: ({ config, diagnostics }) => {
    if (config.cluster_id === null || config.namespace === null) return;
    diagnostics.error("Conflicting arguments", "`cluster_id` contains `namespace`. Set only one of them.", "namespace");
  },
  read: ({ config, client, signal }) => {
    const where = config.cluster_id === null ? "namespace" : "cluster_id";
    return explained(
      schema,
      async () => {
        const cluster = config.cluster_id === null ? undefined : clusterArgument(config.cluster_id, "cluster_id");
        const namespace = cluster?.namespace ?? config.namespace ?? client.namespace;
        const live = await client.hikube.nodeGroups.list({ signal, namespace, cluster: cluster?.name });
        if (live === undefined && cluster !== undefined) {
          throw await missingCluster(client, cluster, signal, atArgument(where, "cluster"));
        }
        const named = (live ?? []).map((group) => ({ ...group, name: group.id.name }));
        const groups = sortedBy(filtered(named, config), ({ id }) => [id.cluster, id.name]);
        return {
          ...config,
          namespace,
          nodegroups: groups.map(stateOf),
          ids: groups.map(({ id }) => memberKey(id)),
          names: groups.map(({ name }) => name),
        };
      },
      where,
    );
  },
});
