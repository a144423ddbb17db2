import { clusterNameFormat, namespaceFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { optionalComputed } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { checkLookup, clusterArgument } from "../shared/lookup.ts";
import { atArgument, missingCluster } from "../shared/missing.ts";
import type { Session } from "../shared/session.ts";
import { stateOf, withoutToolNotes } from "./flatten.ts";
import { clusterSchema } from "./schema.ts";

/** Texts of attributes that mean something else where the cluster is only read. */
export const docs = {
  default_node_group: "Whether the platform's own node group `md0` runs, which no configuration declares.",
} as const;

/** Attributes that tell one resource's keys from those of other writers: a read shows all of them as `labels` and `annotations`. */
export const ownKeys = ["labels_all", "annotations_all"] as const;

const schema = {
  ...observed(clusterSchema, { docs, without: ownKeys }),
  id: optionalComputed(string, { doc: "`namespace/name` of the cluster. Set either `id` or `name`." }),
  name: optionalComputed(string, { check: clusterNameFormat, doc: "Name of the cluster. Set either `id` or `name`." }),
  namespace: optionalComputed(string, {
    check: namespaceFormat,
    doc: "The tenant's namespace, beside `name`. Default: the provider's.",
  }),
};

export const clusterData = dataSource<Session>()("hikube_cluster", {
  doc:
    "An existing cluster with its settings and its state. `endpoint`, `cluster_ca_certificate` and `kubernetes_version` are null until " +
    "the cluster's API can be reached. A cluster that is being deleted has the `status` `deleting`.",
  schema,
  validate: ({ config, diagnostics }) =>
    checkLookup(config, { required: ["name"], parts: ["name", "namespace"] }, diagnostics),
  read: ({ config, client, signal }) => {
    const where = config.id === null ? "name" : "id";
    return explained(
      schema,
      async () => {
        const id =
          config.id === null
            ? { namespace: config.namespace ?? client.namespace, name: config.name ?? "" }
            : clusterArgument(config.id, "id");
        const live = await client.hikube.clusters.observe(id, { signal });
        if (live !== undefined) return stateOf(withoutToolNotes(live));
        throw await missingCluster(client, id, signal, atArgument(where, "cluster"));
      },
      where,
    );
  },
});
