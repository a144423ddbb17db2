import { namespaceFormat } from "../../core/validate/formats.ts";
import { listResource } from "../../engine/define.ts";
import { optional } from "../../schema/attribute.ts";
import { string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, labelsFilter, nameRegex, readyFilter, sortedBy } from "../shared/filters.ts";
import type { Session } from "../shared/session.ts";
import { importedState } from "./imported-state.ts";

const schema = {
  namespace: optional(string, {
    check: namespaceFormat,
    doc: "The namespace whose clusters are listed. Default: the provider's.",
  }),
  name_regex: nameRegex("clusters"),
  labels: labelsFilter("clusters"),
  ready: readyFilter("clusters"),
};

export const clusterList = listResource<Session>()("hikube_cluster", {
  doc:
    "The clusters of a namespace, sorted by name. They are read with the same few requests, whatever their number. What only the API of " +
    "each cluster tells (`endpoint`, `cluster_ca_certificate`, `kubernetes_version`) is null.",
  schema,
  list: async function* ({ config, client, signal, includeResource }) {
    const namespace = config.namespace ?? client.namespace;
    const live = await explained(schema, () => client.hikube.clusters.list({ signal, namespace }), "namespace");
    const named = live.map((cluster) => ({ ...cluster, name: cluster.id.name }));
    for (const cluster of sortedBy(filtered(named, config), ({ name }) => [name])) {
      yield {
        identity: { namespace, name: cluster.name },
        displayName: cluster.name,
        ...(includeResource ? { state: importedState(cluster, client) } : {}),
      };
    }
  },
});
