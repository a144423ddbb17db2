import { type Json, jsonEqual } from "../base/json.ts";
import { checkCluster, checkClusterName } from "../core/checks.ts";
import type { KnownInside } from "../core/hikube.ts";
import type { ClusterId } from "../core/ids.ts";
import { clusterDefault, type Platform } from "../core/platform.ts";
import type { ClusterState } from "../core/state.ts";
import { upgradePath } from "../core/versions.ts";
import { DiagnosticError } from "../engine/diagnostic.ts";
import { type PlanContext, type Private, resource } from "../engine/resource.ts";
import { string } from "../schema/kind.ts";
import type { Config, Known, State } from "../schema/shape.ts";
import { UNKNOWN, Unknown } from "../values/value.ts";
import { versionSame } from "./checks.ts";
import { clusterSchema as schema } from "./cluster-schema.ts";
import { converging, pendingNote } from "./converging.ts";
import { formerlySet, fromDomain, pick, toDomain } from "./domain.ts";
import { explained, report } from "./explain.ts";
import { importParts } from "./import-id.ts";
import { movedFrom } from "./moved-from.ts";
import { withOwnKeys } from "./own-keys.ts";
import type { Session } from "./session.ts";
import { messageOf } from "./status-message.ts";

type Schema = typeof schema;

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

const desiredOf = (config: Known<Schema>) => ({
  ...toDomain(specified, config),
  ...strategyOf(config),
});

const strategyOf = (config: Pick<Config<Schema>, "default_node_group" | "upgrade_strategy">) => ({
  defaultNodeGroup: config.default_node_group === true,
  upgradeStrategy: config.upgrade_strategy === "stepwise" ? ("stepwise" as const) : ("single" as const),
});

const formerly = (prior: State<Schema>, config: Known<Schema>) => ({
  ...toDomain(specified, formerlySet(specified, prior, config)),
  defaultNodeGroup: prior.default_node_group ?? false,
  upgradeStrategy: "single" as const,
});

/** The state as observed; settings that only exist on our side are left to what was planned or stored. */
const stateOf = (cluster: ClusterState): State<Schema> =>
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
  }) as unknown as State<Schema>;

/** After an import: what reads as the platform serves it by default, or as a tool notes it, was most likely never asked for. */
function withoutDefaults(cluster: ClusterState, platform: Platform): ClusterState {
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

/** Ready, and not in the middle of an upgrade. */
const isSettled = ({ ready, version, kubernetesVersion }: ClusterState): boolean =>
  ready && (version === undefined || kubernetesVersion === undefined || versionSame(version, kubernetesVersion));

const idText = ({ namespace, name }: ClusterId): string => `${namespace}/${name}`;

/** Private note: the cluster as it was when it was last looked inside, so that a refresh need not look again. */
const insideNote = "inside";

/** What the state says of the inside of a cluster; a look there costs two requests and a connection of its own (design §8). */
function knownInside(state: State<Schema>, notes: Private): KnownInside | undefined {
  const key = notes[insideNote];
  if (typeof key !== "string") return undefined;
  return {
    key,
    endpoint: state.endpoint ?? undefined,
    caCertificate: state.cluster_ca_certificate ?? undefined,
    kubernetesVersion: state.kubernetes_version ?? undefined,
  };
}

const idOf = (of: { name: string; namespace: string | null }, session: Session): ClusterId => ({
  namespace: of.namespace ?? session.namespace,
  name: of.name,
});

export const cluster = resource<Session>()("hikube_cluster", {
  doc: "A managed Kubernetes cluster: control plane, version, storage class and API host.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    name: { kind: string, doc: "Name of the cluster." },
  },
  timeouts: { create: "45m", update: "60m", delete: "30m" },

  modifyPlan: (context) => explained(schema, () => modifyPlan(context)),

  planRemove: ({ state, client, diagnostics }) => {
    if (state.deletion_protection === true) {
      diagnostics.error(
        "The cluster is protected",
        `\`deletion_protection\` is true for ${state.id}. Set it to false and apply before destroying the cluster.`,
        "deletion_protection",
      );
    }
    client?.claims.claim(state.id ?? "", "destroy", false);
  },

  read: ({ state, client, signal, imported, private: notes }) =>
    explained(schema, async () => {
      const known = knownInside(state, notes);
      const live = await client.hikube.clusters.observe(idOf(state, client), {
        signal,
        ...(known === undefined ? {} : { inside: known }),
      });
      if (live !== undefined && isSettled(live)) delete notes[pendingNote];
      if (live !== undefined) notes[insideNote] = live.insideKey;
      client.claims.stored(idText(idOf(state, client)));
      if (live === undefined) return undefined;
      if (!imported) return stateOf(withOwnKeys(live, state));
      return stateOf(withoutDefaults(live, await client.hikube.platform(signal)));
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { config, prior, client } = context;
      const id = idOf(prior ?? config, client);
      const noted = (live: ClusterState) => {
        context.private[insideNote] = live.insideKey;
        return stateOf(live);
      };
      const state = await converging(context, config.wait_for, noted, (options) =>
        client.hikube.clusters.converge(id, desiredOf(config), {
          ...options,
          ...(prior === null ? {} : { previous: formerly(prior, config) }),
          ...(prior?.uid ? { expectUid: prior.uid } : {}),
        }),
      );
      client.claims.made(idText(id));
      return state;
    }),

  remove: ({ state, client, signal, timeoutMs, diagnostics }) =>
    explained(schema, async () => {
      const id = idOf(state, client);
      if (state.deletion_protection === true) {
        throw new DiagnosticError(
          "The cluster is protected",
          `\`deletion_protection\` is true for ${idText(id)}. Set it to false and apply before destroying the cluster.`,
          "deletion_protection",
        );
      }
      if (client.claims.wasMade(idText(id))) {
        diagnostics.warning(
          "The cluster was kept",
          `${idText(id)} was created anew in this run, so its former self is not destroyed. A cluster's name is unique in its ` +
            "namespace: with `create_before_destroy`, a replacement needs another name.",
        );
        return;
      }
      diagnostics.warning(
        "Volumes and load balancers go with the cluster",
        `Deleting ${idText(id)} also deletes the persistent volumes and load balancers that were made from inside it.`,
      );
      await client.hikube.clusters.remove(id, {
        signal,
        deadline: client.clock.now() + timeoutMs,
        ...(state.uid ? { expectUid: state.uid } : {}),
      });
    }),

  identify: (state) => ({ namespace: state.namespace ?? "", name: state.name }),

  importState: (source, client) => {
    const { namespace, name } =
      "id" in source
        ? importParts(source.id, ["name"], client.namespace)
        : { namespace: source.identity["namespace"] ?? client.namespace, name: source.identity["name"] ?? "" };
    return { id: `${namespace}/${name}`, name, namespace };
  },

  moveState: (source) => {
    const object = movedFrom(source, "Kubernetes");
    return object === undefined ? undefined : { id: `${object.namespace}/${object.name}`, ...object };
  },
});

async function modifyPlan(context: PlanContext<Schema, Session>): Promise<void> {
  const { config, prior, plan, client, diagnostics, private: notes, changed } = context;
  if (prior === null && config.namespace === null && client !== undefined) plan.namespace = client.namespace;
  if (prior !== null) planUpdate(context, prior);
  const resumes = prior !== null && notes[pendingNote] === true && config.wait_for !== "accepted";
  if (resumes) plan.ready = UNKNOWN;
  if (client === undefined || config.name instanceof Unknown || plan.namespace instanceof Unknown) return;
  const id = { namespace: plan.namespace ?? client.namespace, name: config.name };
  const claimed = client.claims.claim(idText(id), prior === null ? "create" : "keep", context.replacing);
  if (claimed !== undefined) {
    diagnostics.error(
      claimed === "destroy" ? "The cluster is created and destroyed in one run" : "Two resources claim one cluster",
      `Another resource of this configuration ${claimed === "destroy" ? "destroys" : "already manages"} ${idText(id)}. ` +
        "If the resource only has a new address, say so with a `moved` block.",
      "name",
    );
  }
  if (prior === null) await checkNew(context, client, id);
  if (!changed) return;
  const platform = await client.hikube.platform(context.signal);
  const desired = { ...toDomain(specified, config), ...strategyOf(config) };
  const findings = [
    ...(prior === null ? checkClusterName(id.name) : []),
    ...checkCluster(platform, desired, runningVersion(context)),
  ];
  report(findings, schema, diagnostics);
}

/** What an update changes besides itself, and whether it would be a replacement. */
function planUpdate(
  { config, plan, diagnostics, requireReplace }: PlanContext<Schema, Session>,
  prior: State<Schema>,
): void {
  if (plan.host !== prior.host) {
    plan.endpoint = UNKNOWN;
    plan.cluster_ca_certificate = UNKNOWN;
  }
  if (plan.version !== prior.version) plan.kubernetes_version = UNKNOWN;
  const moved = (["name", "namespace", "storage_class"] as const).filter(
    (name) => prior[name] !== null && plan[name] !== prior[name],
  );
  if (moved.includes("storage_class") && config.allow_replace === true) requireReplace("storage_class");
  if (moved.length === 0 || config.allow_replace === true) return;
  for (const name of moved) {
    diagnostics.error(
      "The plan would replace the cluster",
      `Changing \`${name}\` of ${prior.id} means to destroy the cluster with everything in it and to create another` +
        `${name === "storage_class" ? ": the platform accepts the change but never migrates what is stored" : ""}. ` +
        "If that is what you want, set `allow_replace = true`; otherwise put the old value back.",
      name,
    );
  }
}

/** The version that an upgrade starts from: what really runs, where that is known. */
function runningVersion({ prior }: PlanContext<Schema, Session>): string | undefined {
  if (prior === null) return undefined;
  const { version, kubernetes_version: running } = prior;
  if (version === null || running === null) return running ?? version ?? undefined;
  const path = upgradePath(version, running);
  return path.ok && path.steps.length > 0 ? running : version;
}

/**
 * A cluster that is to be created must not exist. Where it does, it is our own create that was cut short (converge recognises
 * it), a tainted one that Terraform wants to replace, or somebody else's.
 */
async function checkNew(context: PlanContext<Schema, Session>, client: Session, id: ClusterId): Promise<void> {
  const { config, diagnostics, replacing, signal } = context;
  if (config.allow_replace === true) return;
  if (replacing) {
    diagnostics.error("The plan would replace the cluster", waysOut(id), "allow_replace");
    return;
  }
  const live = await client.hikube.clusters.observe(id, { signal, glance: true, inside: "skip" });
  if (live === undefined || live.status === "deleting") return;
  const desired = { ...toDomain(specified, config), ...strategyOf(config) };
  const tainted = client.claims.isStored(idText(id));
  if (!tainted && (await client.hikube.clusters.isOwnCreation(live, desired, { signal }))) return;
  diagnostics.error("The cluster exists already", waysOut(id), "name");
}

const waysOut = (id: ClusterId): string =>
  `There is a cluster ${idText(id)}, and this plan would create it anew. Three ways out:\n` +
  "  - it is this resource's, marked as tainted after a failed or slow create: `terraform untaint` it; the next apply goes on where it stopped;\n" +
  `  - it was made elsewhere: \`terraform import <address> ${idText(id)}\`;\n` +
  "  - it shall really be destroyed and created again, with everything in it lost: set `allow_replace = true`.";
