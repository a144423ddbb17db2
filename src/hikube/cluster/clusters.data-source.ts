import { clusterKey } from "../../core/ids.ts";
import { namespaceFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optionalComputed } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, labelsFilter, nameRegex, readyFilter, sortedBy } from "../shared/filters.ts";
import type { Session } from "../shared/session.ts";
import { docs, ownKeys } from "./data-source.ts";
import { stateOf, withoutToolNotes } from "./flatten.ts";
import { clusterSchema } from "./schema.ts";

const schema = {
  namespace: optionalComputed(string, {
    check: namespaceFormat,
    doc: "The namespace whose clusters are read. Default: the provider's.",
  }),
  name_regex: nameRegex("clusters"),
  labels: labelsFilter("clusters"),
  ready: readyFilter("clusters"),
  clusters: computed(
    list(
      observed(clusterSchema, {
        docs,
        without: [...ownKeys, "endpoint", "cluster_ca_certificate", "kubernetes_version"],
      }),
    ),
    {
      doc:
        "The clusters, sorted by name. What only the API of each cluster tells (`endpoint`, `cluster_ca_certificate`, " +
        "`kubernetes_version`) is in the data source `hikube_cluster`.",
    },
  ),
  ids: computed(list(string), { doc: "Ids of the clusters, in the same order." }),
  names: computed(list(string), { doc: "Names of the clusters, in the same order." }),
};

export const clustersData = dataSource<Session>()("hikube_clusters", {
  doc: "The clusters of a namespace. They are read with one request, whatever their number.",
  schema,
  read: ({ config, client, signal }) =>
    explained(
      schema,
      async () => {
        const namespace = config.namespace ?? client.namespace;
        const live = await client.hikube.clusters.list({ signal, namespace });
        const named = live.map((cluster) => ({ ...withoutToolNotes(cluster), name: cluster.id.name }));
        const clusters = sortedBy(filtered(named, config), ({ name }) => [name]);
        return {
          ...config,
          namespace,
          clusters: clusters.map((cluster) => stateOf(cluster)),
          ids: clusters.map(({ id }) => clusterKey(id)),
          names: clusters.map(({ name }) => name),
        };
      },
      "namespace",
    ),
});
