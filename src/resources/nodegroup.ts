import { checkGroupName } from "../core/checks.ts";
import type { NodeGroupId } from "../core/ids.ts";
import type { NodeGroupState } from "../core/state.ts";
import { type PlanContext, resource } from "../engine/resource.ts";
import { string } from "../schema/kind.ts";
import type { Known, State } from "../schema/shape.ts";
import { UNKNOWN, Unknown } from "../values/value.ts";
import { converging, memberOutlives, pendingNote, resumesWaiting } from "./converging.ts";
import { formerlySet, fromDomain, pick, toDomain } from "./domain.ts";
import { explained, report } from "./explain.ts";
import { importParts } from "./import-id.ts";
import { groupFindings, noteGroup } from "./nodegroup-checks.ts";
import { nodegroupSchema as schema } from "./nodegroup-schema.ts";
import { claimMember, memberId, parseClusterId, requireCluster } from "./parent.ts";
import type { Session } from "./session.ts";
import { messageOf } from "./status-message.ts";

type Schema = typeof schema;

/** What the group is made of. */
const specified = pick(
  schema,
  "instance_type",
  "resources",
  "min_replicas",
  "max_replicas",
  "disk_size",
  "storage_class",
  "roles",
  "gpus",
  "kubelet",
  "max_unhealthy",
  "node_startup_timeout",
);

/** What only the platform says. */
const observed = pick(schema, "backend", "ready", "ready_replicas", "observed_replicas", "status_message");

const idOf = (of: { cluster_id: string; name: string }): NodeGroupId => {
  const { namespace, name } = parseClusterId(of.cluster_id);
  return { namespace, cluster: name, name: of.name };
};

const stateOf = (group: NodeGroupState): State<Schema> => {
  const clusterId = `${group.id.namespace}/${group.id.cluster}`;
  return {
    id: memberId(clusterId, group.id.name),
    cluster_id: clusterId,
    name: group.id.name,
    ...fromDomain(specified, group.spec),
    ...fromDomain(observed, {
      ...group,
      statusMessage: messageOf(group),
      // A group that needs no nodes is ready before anybody has counted them.
      readyReplicas: group.readyReplicas ?? (group.ready ? 0 : undefined),
      observedReplicas: group.observedReplicas ?? (group.ready ? 0 : undefined),
    }),
  } as unknown as State<Schema>;
};

export const nodegroup = resource<Session>()("hikube_nodegroup", {
  doc: "A group of worker VMs of one cluster, scaled between two bounds by the platform's autoscaler.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    cluster: { kind: string, doc: "Name of the cluster." },
    name: { kind: string, doc: "Name of the group." },
  },
  timeouts: { create: "45m", update: "60m", delete: "30m" },

  validate: ({ config, diagnostics }) => {
    const { min_replicas: least, max_replicas: most } = config;
    if (typeof least === "number" && typeof most === "number" && least > most) {
      diagnostics.error(
        "min_replicas is greater than max_replicas",
        `\`min_replicas\` is ${least} and \`max_replicas\` is ${most}. Set \`max_replicas\` to at least ${least}.`,
        "min_replicas",
      );
    }
    if (typeof config.cluster_id === "string" && typeof config.name === "string") {
      report(checkGroupName(parseClusterId(config.cluster_id).name, config.name), schema, diagnostics);
    }
  },

  modifyPlan: (context) => explained(schema, () => modifyPlan(context)),

  planRemove: ({ state, client }) => {
    client?.hikube.quotas.note(idOf(state), undefined);
    client?.claims.claim(state.id ?? "", "destroy", false);
  },

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      const live = await client.hikube.nodeGroups.observe(idOf(state), { signal });
      if (live?.ready === true) delete notes[pendingNote];
      if (live === undefined) return undefined;
      // The autoscaler moves the counts all the time. That alone is no change worth showing (design §4 rule 11).
      const counted = state.ready === live.ready && !imported;
      const { ready_replicas, observed_replicas } = counted ? state : stateOf(live);
      return { ...stateOf(live), ready_replicas, observed_replicas };
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { config, prior, client } = context;
      const id = idOf(config);
      const state = await converging(
        context,
        config.wait_for,
        stateOf,
        (options) =>
          client.hikube.nodeGroups.converge(id, toDomain(specified, config), {
            ...options,
            ...(prior === null ? {} : { previous: formerly(prior, config) }),
          }),
        memberOutlives,
      );
      client.claims.made(memberId(config.cluster_id, config.name));
      return state;
    }),

  remove: ({ state, client, signal, timeoutMs, diagnostics }) =>
    explained(schema, async () => {
      if (client.claims.wasMade(state.id ?? "")) {
        diagnostics.warning(
          "The node group was kept",
          `${state.id} was created anew in this run, so its former self is not destroyed. A group's name is unique in its ` +
            "cluster: with `create_before_destroy`, a replacement needs another name.",
        );
        return;
      }
      await client.hikube.nodeGroups.remove(idOf(state), { signal, deadline: client.clock.now() + timeoutMs });
    }),

  identify: (state) => {
    const { namespace, name } = parseClusterId(state.cluster_id);
    return { namespace, cluster: name, name: state.name };
  },

  importState: (source, client) => {
    const { namespace, cluster, name } = importParts(source, ["cluster", "name"], client.namespace);
    const clusterId = `${namespace}/${cluster}`;
    return { id: memberId(clusterId, name), cluster_id: clusterId, name };
  },
});

const formerly = (prior: State<Schema>, config: Known<Schema>) =>
  toDomain(specified, formerlySet(specified, prior, config));

async function modifyPlan(context: PlanContext<Schema, Session>): Promise<void> {
  const { config, prior, plan, client, diagnostics, signal, private: notes } = context;
  if (config.resources !== null && config.instance_type === null && context.changed) plan.instance_type = UNKNOWN;
  const resumes = resumesWaiting(prior, notes, config.wait_for);
  if (resumes) plan.ready = UNKNOWN;
  if (client === undefined) return;
  const { cluster_id: clusterId, name } = config;
  if (clusterId instanceof Unknown || name instanceof Unknown) return;
  claimMember(context, clusterId, name, "node group");
  client.claims.intend(clusterId, {
    roles: Array.isArray(config.roles) ? config.roles.filter((role) => typeof role === "string") : [],
  });
  noteGroup({ context, client, id: idOf({ cluster_id: clusterId, name }), desired: toDomain(specified, config) });
  if (!(context.changed || resumes)) return;
  // While applying, Terraform plans each resource once more right before its turn.
  client.hikube.nodeGroups.announce(idOf({ cluster_id: clusterId, name }));
  const cluster = await requireCluster(context, clusterId);
  if (!context.changed) return;
  const platform = await client.hikube.platform(signal);
  const desired = toDomain(specified, config);
  const former = prior === null ? undefined : toDomain(specified, prior);
  const id = idOf({ cluster_id: clusterId, name });
  report(await groupFindings({ context, client, platform, id, desired, former }), schema, diagnostics);
  const gpus = desired.gpus ?? [];
  if (gpus.length > 0 && cluster !== undefined && !cluster.addons.includes("gpu-operator")) {
    if (await client.claims.intends(clusterId, ({ addons }) => addons.has("gpu-operator"))) return;
    diagnostics.warning(
      "Pods will not see the GPUs",
      "The add-on `gpu-operator`, which gives GPUs to pods, is not installed in this cluster.",
      "gpus",
    );
  }
}
