import { availableAddons } from "../../core/platform/addon-catalogue.ts";
import { groupSchema } from "../../core/platform/groups.ts";
import { propertiesOf } from "../../core/platform/schema-defaults.ts";
import { shortVersion } from "../../core/platform/versions.ts";
import { dataSource } from "../../engine/define.ts";
import { computed } from "../../schema/attribute.ts";
import { bool, list, object, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import type { Session } from "../shared/session.ts";

const schema = {
  version: computed(string, {
    doc: "Version of the platform that this provider knows and that is nearest to the tenant's: `1.1.2` or `1.6.2`. A newer one is nearest to `1.6.2`.",
  }),
  source: computed(string, {
    doc: "`live` where the platform describes itself; `bundled` where its description cannot be read and `version` is assumed.",
  }),
  kubernetes_versions: computed(list(string), {
    doc: "Kubernetes minor versions on offer, newest first, e.g. `1.34`.",
  }),
  default_kubernetes_version: computed(string, {
    doc: "The minor version of a cluster without a `version`; null where the platform does not name one.",
  }),
  addons: computed(list(string), { doc: "Names of the add-ons on offer." }),
  capabilities: computed(
    object({
      node_groups_in_cluster: computed(bool, { doc: "Whether node groups are part of the cluster object." }),
      default_node_group: computed(bool, { doc: "Whether the platform adds the node group `md0` to every cluster." }),
      oidc: computed(bool, { doc: "Whether clusters have the setting `oidc`." }),
      node_health_check: computed(bool, { doc: "Whether clusters have the setting `node_health_check`." }),
      kubelet: computed(bool, { doc: "Whether node groups have the setting `kubelet`." }),
      node_storage_class: computed(bool, { doc: "Whether node groups have the setting `storage_class`." }),
    }),
    { doc: "What the platform can do." },
  ),
};

export const platform = dataSource<Session>()("hikube_platform", {
  doc: "The platform behind the provider's connection: its version, what it offers, and what it can do.",
  schema,
  read: ({ client, signal }) =>
    explained(schema, async () => {
      const found = await client.hikube.platform(signal);
      const cluster = propertiesOf(found.clusterSpec);
      const group = propertiesOf(groupSchema(found));
      return {
        version: found.profile.platform,
        source: found.source,
        kubernetes_versions: found.versions.map(shortVersion),
        default_kubernetes_version: found.defaultVersion === undefined ? null : shortVersion(found.defaultVersion),
        addons: availableAddons(found),
        capabilities: {
          node_groups_in_cluster: found.nodeGroupsInSpec,
          default_node_group: found.phantomGroup,
          oidc: cluster.includes("oidc"),
          node_health_check: cluster.includes("nodeHealthCheck"),
          kubelet: group.includes("kubelet"),
          node_storage_class: group.includes("storageClass"),
        },
      };
    }),
});
