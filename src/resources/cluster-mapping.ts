import { type Json, jsonEqual } from "../base/json.ts";
import type { ClusterId } from "../core/ids.ts";
import { clusterDefault, type Platform } from "../core/platform.ts";
import type { ClusterState } from "../core/state.ts";
import type { Config, Known, State } from "../schema/shape.ts";
import { clusterSchema as schema } from "./cluster-schema.ts";
import { formerlySet, fromDomain, pick, toDomain } from "./domain.ts";
import type { Session } from "./session.ts";
import { messageOf } from "./status-message.ts";

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

/** What the configuration wants of the cluster; what is unknown or not set is left out. */
export const desiredOf = (config: Config<ClusterSchema> | Known<ClusterSchema>) => ({
  ...toDomain(specified, config),
  ...strategyOf(config),
});

const strategyOf = (config: Pick<Config<ClusterSchema>, "default_node_group" | "upgrade_strategy">) => ({
  defaultNodeGroup: config.default_node_group === true,
  upgradeStrategy: config.upgrade_strategy === "stepwise" ? ("stepwise" as const) : ("single" as const),
});

/** What it had set before, and may have dropped now. */
export const formerly = (prior: State<ClusterSchema>, config: Known<ClusterSchema>) => ({
  ...toDomain(specified, formerlySet(specified, prior, config)),
  defaultNodeGroup: prior.default_node_group ?? false,
  upgradeStrategy: "single" as const,
});

/** The state as observed; settings that only exist on our side are left to what was planned or stored. */
export const stateOf = (cluster: ClusterState): State<ClusterSchema> =>
  ({
    id: idText(cluster.id),
    name: cluster.id.name,
    namespace: cluster.id.namespace,
    default_node_group: cluster.defaultNodeGroup,
    ...fromDomain(specified, cluster),
    ...fromDomain(observed, {
      ...cluster,
      statusMessage: messageOf(cluster),
      clusterCaCertificate: cluster.caCertificate,
      unmanagedNodeGroups: [...cluster.unmanagedNodeGroups],
    }),
  }) as unknown as State<ClusterSchema>;

/** After an import: what reads as the platform serves it by default, or as a tool notes it, was most likely never asked for. */
export function withoutDefaults(cluster: ClusterState, platform: Platform): ClusterState {
  const { oidc, nodeHealthCheck } = cluster;
  const isDefault = (key: string, value: unknown) =>
    jsonEqual(JSON.parse(JSON.stringify(value ?? null)) as Json, clusterDefault(platform, [key]) ?? null);
  // kubectl's own note of what it applied is nobody's wish.
  const annotations = Object.entries(cluster.annotations).filter(([key]) => !key.startsWith("kubectl.kubernetes.io/"));
  return {
    ...cluster,
    annotations: Object.fromEntries(annotations),
    oidc: isDefault("oidc", oidc) ? undefined : oidc,
    nodeHealthCheck: isDefault("nodeHealthCheck", nodeHealthCheck) ? undefined : nodeHealthCheck,
  };
}

export const idText = ({ namespace, name }: ClusterId): string => `${namespace}/${name}`;

export const idOf = (of: { name: string; namespace: string | null }, session: Session): ClusterId => ({
  namespace: of.namespace ?? session.namespace,
  name: of.name,
});
