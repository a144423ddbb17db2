import { clusterDefaults } from "../../core/desired/cluster.ts";
import type { ClusterState } from "../../core/desired/state.ts";
import { type ClusterId, clusterKey } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { shortVersion } from "../../core/platform/versions.ts";
import type { Config, Known, State } from "../../schema/shape.ts";
import type { ValueObject } from "../../values/value.ts";
import { expand, flatten, pick } from "../shared/expand-flatten.ts";
import type { Keys, Session } from "../shared/session.ts";
import { messageOf } from "../shared/status-message.ts";
import { clusterSchema as schema } from "./schema.ts";

export type ClusterSchema = typeof schema;

/** Attributes of the cluster object's spec and metadata. */
const specified = pick(
  schema,
  "version",
  "storage_class",
  "host",
  "control_plane",
  "oidc",
  "node_health_check",
  "talos",
  "labels",
  "annotations",
);

/** Attributes that only the platform sets. */
const observed = pick(
  schema,
  "uid",
  "endpoint",
  "cluster_ca_certificate",
  "kubernetes_version",
  "api_address",
  "available_upgrades",
  "ready",
  "status",
  "status_message",
  "unmanaged_node_groups",
  "created_at",
);

/** Returns the desired cluster; unknown and unset attributes are omitted. */
export const desiredOf = (wish: Config<ClusterSchema> | Known<ClusterSchema>) => ({
  ...expand(specified, wish),
  defaultNodeGroup: wish.default_node_group === true,
  upgradeStrategy: wish.upgrade_strategy === "stepwise" ? ("stepwise" as const) : ("single" as const),
});

/** Returns the desired cluster of the last apply. */
export const formerly = (former: State<ClusterSchema>) => ({
  ...expand(specified, former),
  defaultNodeGroup: former.default_node_group ?? false,
  upgradeStrategy: "single" as const,
});

/** Returns the platform's defaults; only the namespace if the platform publishes no schema. */
export const defaultsOf = (platform: Platform, namespace: string): Partial<ValueObject> => ({
  namespace,
  ...(platform.source === "live" ? flatten(specified, clusterDefaults(platform)) : {}),
});

/** An empty map of labels is the same as no labels. */
const orNone = (keys: Keys) => (Object.keys(keys).length === 0 ? undefined : keys);

interface AllKeys {
  readonly labels: Keys;
  readonly annotations: Keys;
}

const noKeys: AllKeys = { labels: {}, annotations: {} };

/**
 * Returns the observed state; provider-only attributes keep their planned or stored value.
 * @param all the keys that this provider sets, with its defaults.
 */
export const stateOf = (cluster: ClusterState, all: AllKeys = noKeys): State<ClusterSchema> =>
  ({
    id: clusterKey(cluster.id),
    name: cluster.id.name,
    namespace: cluster.id.namespace,
    default_node_group: cluster.defaultNodeGroup,
    ...flatten(specified, { ...cluster, labels: orNone(cluster.labels), annotations: orNone(cluster.annotations) }),
    ...flatten(pick(schema, "labels_all", "annotations_all"), {
      labelsAll: orNone(all.labels),
      annotationsAll: orNone(all.annotations),
    }),
    ...flatten(observed, {
      ...cluster,
      statusMessage: messageOf(cluster),
      clusterCaCertificate: cluster.caCertificate,
      availableUpgrades: (cluster.availableUpgrades ?? []).map(shortVersion),
      unmanagedNodeGroups: [...cluster.unmanagedNodeGroups],
    }),
  }) as unknown as State<ClusterSchema>;

/** Removes annotations of kubectl, which an import does not treat as settings. */
export const withoutToolNotes = (cluster: ClusterState): ClusterState => ({
  ...cluster,
  annotations: Object.fromEntries(
    Object.entries(cluster.annotations).filter(([key]) => !key.startsWith("kubectl.kubernetes.io/")),
  ),
});

export const idOf = (of: { name: string; namespace: string | null }, session: Session): ClusterId => ({
  namespace: of.namespace ?? session.namespace,
  name: of.name,
});
