import { clusterDefaults } from "../../core/desired/cluster.ts";
import type { ClusterState } from "../../core/desired/state.ts";
import type { ClusterId } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import type { Config, Known, State } from "../../schema/shape.ts";
import type { ValueObject } from "../../values/value.ts";
import { expand, flatten, pick } from "../shared/expand-flatten.ts";
import type { Session } from "../shared/session.ts";
import { messageOf } from "../shared/status-message.ts";
import { clusterSchema as schema } from "./schema.ts";

export type ClusterSchema = typeof schema;

/** What the cluster object is made of. */
const specified = pick(
  schema,
  "version",
  "storage_class",
  "host",
  "control_plane",
  "oidc",
  "node_health_check",
  "labels",
  "annotations",
);

/** What only the platform says. */
const observed = pick(
  schema,
  "uid",
  "endpoint",
  "cluster_ca_certificate",
  "kubernetes_version",
  "ready",
  "status",
  "status_message",
  "unmanaged_node_groups",
  "created_at",
);

/** What is wanted of the cluster; what is unknown or not set is left out. */
export const desiredOf = (wish: Config<ClusterSchema> | Known<ClusterSchema>) => ({
  ...expand(specified, wish),
  defaultNodeGroup: wish.default_node_group === true,
  upgradeStrategy: wish.upgrade_strategy === "stepwise" ? ("stepwise" as const) : ("single" as const),
});

/** What its owner had wanted before. */
export const formerly = (former: State<ClusterSchema>) => ({
  ...expand(specified, former),
  defaultNodeGroup: former.default_node_group ?? false,
  upgradeStrategy: "single" as const,
});

/** What the platform has where a configuration sets nothing; only the namespace where it does not describe itself. */
export const defaultsOf = (platform: Platform, namespace: string): Partial<ValueObject> => ({
  namespace,
  ...(platform.source === "live" ? flatten(specified, clusterDefaults(platform)) : {}),
});

/** No label and no labels are the same. */
const orNone = (keys: Readonly<Record<string, string>>) => (Object.keys(keys).length === 0 ? undefined : keys);

/** The state as observed; settings that only exist on our side are left to what was planned or stored. */
export const stateOf = (cluster: ClusterState): State<ClusterSchema> =>
  ({
    id: idText(cluster.id),
    name: cluster.id.name,
    namespace: cluster.id.namespace,
    default_node_group: cluster.defaultNodeGroup,
    ...flatten(specified, { ...cluster, labels: orNone(cluster.labels), annotations: orNone(cluster.annotations) }),
    ...flatten(observed, {
      ...cluster,
      statusMessage: messageOf(cluster),
      clusterCaCertificate: cluster.caCertificate,
      unmanagedNodeGroups: [...cluster.unmanagedNodeGroups],
    }),
  }) as unknown as State<ClusterSchema>;

/** After an import: what a tool notes on the object is not a setting. */
export const withoutToolNotes = (cluster: ClusterState): ClusterState => ({
  ...cluster,
  annotations: Object.fromEntries(
    Object.entries(cluster.annotations).filter(([key]) => !key.startsWith("kubectl.kubernetes.io/")),
  ),
});

export const idText = ({ namespace, name }: ClusterId): string => `${namespace}/${name}`;

export const idOf = (of: { name: string; namespace: string | null }, session: Session): ClusterId => ({
  namespace: of.namespace ?? session.namespace,
  name: of.name,
});
