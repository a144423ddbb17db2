import type { NodeGroupDesired } from "../../core/desired/desired.ts";
import { groupDefaults } from "../../core/desired/node-group.ts";
import type { ClusterState, NodeGroupState } from "../../core/desired/state.ts";
import type { NodeGroupId } from "../../core/ids.ts";
import { defaultGroupName } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { clusterNameFormat, groupNameFormat } from "../../core/validate/formats.ts";
import { checkOrder } from "../../core/validate/node-group.ts";
import { resource } from "../../engine/define.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import { string } from "../../schema/kind.ts";
import type { State } from "../../schema/shape.ts";
import { UNKNOWN, Unknown } from "../../values/value.ts";
import { applyAndSave, memberOutlives, pendingNote, resumesWaiting } from "../shared/apply-and-save.ts";
import { explained, report } from "../shared/diagnostics.ts";
import { expand, flatten, knownPart, pick } from "../shared/expand-flatten.ts";
import { importParts } from "../shared/import-id.ts";
import { missingMember } from "../shared/import-missing.ts";
import {
  claimMember,
  isClusterId,
  isHandedOver,
  memberId,
  parseClusterId,
  planMemberRemoval,
  plannedCluster,
  plannedMemberId,
  reportExisting,
  requireCluster,
} from "../shared/parent.ts";
import { existingNodeGroupTexts } from "../shared/remedy.ts";
import type { Session } from "../shared/session.ts";
import { messageOf } from "../shared/status-message.ts";
import { groupFindings, noteGroup } from "./checks.ts";
import { nodegroupSchema as schema } from "./schema.ts";

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

/** Attributes whose change replaces every node (platform.md §3.6). */
const replacesNodes = ["instance_type", "resources", "disk_size", "storage_class", "roles", "gpus"] as const;

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
    ...flatten(specified, group.spec),
    ...flatten(observed, {
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
    const { min_replicas: min, max_replicas: max } = config;
    if (typeof min === "number" && typeof max === "number") report(checkOrder(min, max), schema, diagnostics);
  },

  defaults: ({ config, prior, client, signal }) =>
    explained(schema, async () => {
      const platform = await client.hikube.platform(signal);
      const cluster = plannedCluster(config.cluster_id, client);
      if (prior === null && typeof config.name === "string" && cluster !== undefined) {
        // A group that exists already is taken over with what it has; the platform's own md0 is written as a new one.
        const id = idOf({ cluster_id: cluster, name: config.name });
        const exists = (await client.hikube.nodeGroups.existing(id, {}, { signal })) !== undefined;
        const live = exists ? await client.hikube.nodeGroups.observe(id, { signal }) : undefined;
        if (live !== undefined) return { ...flatten(specified, live.spec), backend: live.backend };
      }
      if (platform.source !== "live") return undefined;
      return {
        ...flatten(specified, groupDefaults(platform)),
        ...(cluster === undefined ? {} : { backend: platform.nodeGroupsInSpec ? "cluster" : "KubernetesNodes" }),
      };
    }),

  modifyPlan: (context) => explained(schema, () => modifyPlan(context)),

  planRemove: (context) => {
    context.client?.hikube.quotas.note(idOf(context.state), undefined);
    planMemberRemoval(context, context.state.id ?? "", "node group");
  },

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      const live = await client.hikube.nodeGroups.observe(idOf(state), { signal });
      client.registry.stored(memberId(state.cluster_id, state.name));
      if (live?.ready === true) delete notes[pendingNote];
      if (live === undefined) {
        if (imported) throw await missingMember(client, idOf(state), "node group", signal);
        return undefined;
      }
      // The autoscaler moves the counts all the time. That alone is no change worth showing (design §4 rule 11).
      const counted = state.ready === live.ready && !imported;
      const { ready_replicas, observed_replicas } = counted ? state : stateOf(live);
      return { ...stateOf(live), ready_replicas, observed_replicas };
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { wish, former, client } = context;
      await client.registry.removed(memberId(wish.cluster_id, wish.name));
      const state = await applyAndSave(
        context,
        wish.wait_for,
        stateOf,
        (options) =>
          client.hikube.nodeGroups.converge(idOf(wish), expand(specified, wish), {
            ...options,
            ...(former === undefined ? {} : { previous: expand(specified, former) }),
          }),
        memberOutlives,
      );
      client.registry.made(memberId(wish.cluster_id, wish.name));
      return state;
    }),

  remove: (context) =>
    explained(schema, async () => {
      const { state, client, signal, timeoutMs, diagnostics } = context;
      if (isHandedOver(context, state.id ?? "", "node group")) return;
      const { warnings } = await client.registry.removing(state.id ?? "", () =>
        client.hikube.nodeGroups.remove(idOf(state), {
          signal,
          deadline: client.clock.now() + timeoutMs,
          waitFor: state.wait_for === "accepted" ? "accepted" : "ready",
        }),
      );
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail);
    }),

  identify: (state) => {
    const { namespace, name } = parseClusterId(state.cluster_id);
    return { namespace, cluster: name, name: state.name };
  },

  importState: (source, client) => {
    const { namespace, cluster, name } = importParts(
      source,
      { cluster: clusterNameFormat, name: groupNameFormat },
      client.namespace,
    );
    const clusterId = `${namespace}/${cluster}`;
    return { id: memberId(clusterId, name), cluster_id: clusterId, name };
  },
});

type Context = PlanContext<Schema, Session>;

async function modifyPlan(context: Context): Promise<void> {
  const { config, prior, plan, client, diagnostics, signal, changed, private: notes } = context;
  const resumes = resumesWaiting(prior, notes, config.wait_for);
  if (prior !== null && (resumes || (changed && (prior.ready !== true || replacesAny(context, prior))))) {
    waitsAgain(context);
  }
  if (client === undefined) return;
  const { cluster_id: configured, name } = config;
  if (typeof configured === "string" && !isClusterId(configured, diagnostics)) return;
  const clusterId = plannedCluster(configured, client);
  const known = clusterId === undefined || name instanceof Unknown ? undefined : { cluster_id: clusterId, name };
  const id = known === undefined ? undefined : idOf(known);
  const desired = expand(specified, knownPart(config));
  noteGroup({ context, client, id, desired });
  if (changed) {
    const platform = await client.hikube.platform(signal);
    planSize(context, platform);
    const former = prior === null ? undefined : expand(specified, prior);
    report(await groupFindings({ context, client, platform, id, desired, former }), schema, diagnostics);
  }
  if (name instanceof Unknown) return;
  if (prior === null) plan.id = plannedMemberId(configured, clusterId, name);
  if (clusterId === undefined) return;
  claimMember(context, clusterId, name, "node group");
  client.registry.intend(clusterId, {
    roles: Array.isArray(config.roles) ? config.roles.filter((role) => typeof role === "string") : [],
  });
  const takesOver = name === defaultGroupName && (await planDefaultGroup(context, client, clusterId));
  if (!(changed || resumes || takesOver)) return;
  // While applying, Terraform plans each resource once more right before its turn.
  client.hikube.nodeGroups.announce(idOf({ cluster_id: clusterId, name }));
  const cluster = await requireCluster(context, clusterId);
  if (!changed) return;
  if (prior === null && cluster !== undefined)
    await reportAdoption(context, client, memberId(clusterId, name), desired);
  await warnOfUnseenGpus(context, client, clusterId, cluster);
}

/** Plans what a wait finds out: nothing of it is known before. */
function waitsAgain({ plan }: Context): void {
  plan.ready = new Unknown({ notNull: true });
  plan.ready_replicas = UNKNOWN;
  plan.observed_replicas = UNKNOWN;
  plan.status_message = UNKNOWN;
}

const replacesAny = ({ plan }: Context, prior: State<Schema>): boolean =>
  replacesNodes.some((name) => JSON.stringify(plan[name]) !== JSON.stringify(prior[name]));

/** On 1.1 a group of exact size has no instance type (platform.md §3.6). */
function planSize({ config, prior, plan }: Context, platform: Platform): void {
  if (config.instance_type !== null || !platform.resourcesExcludeInstanceType) return;
  if (config.resources !== null) plan.instance_type = null;
  else if (prior !== null && prior.resources !== null && plan.resources === null) {
    plan.instance_type = groupDefaults(platform).instanceType ?? UNKNOWN;
  }
}

/**
 * A group `md0` of its own and the cluster's `default_node_group` exclude each other. Answers whether this apply writes down that the
 * group is managed here, so that the cluster's setting never removes it.
 */
async function planDefaultGroup(context: Context, client: Session, clusterId: string): Promise<boolean> {
  const { prior, diagnostics, signal } = context;
  const cluster = await client.hikube.clusters.observe(parseClusterId(clusterId), { signal, tenantInfo: "skip" });
  const { defaultGroup, dropsDefaultGroup } = client.registry.intentions(clusterId);
  if (defaultGroup === true) {
    diagnostics.error(
      "Two settings manage md0",
      `\`default_node_group\` of ${clusterId} is true, and this resource manages the same node group. Remove one of them: ` +
        "with `default_node_group = false` the group belongs to this resource.",
      "name",
    );
    return false;
  }
  if (prior === null || cluster === undefined || cluster.managesDefaultGroup) return false;
  const { phantomGroup } = await client.hikube.platform(signal);
  if (!phantomGroup) return false;
  if (dropsDefaultGroup) {
    diagnostics.warning(
      "The nodes of md0 are replaced",
      `\`default_node_group\` of ${clusterId} changes to false in the same apply, which removes the group before this resource ` +
        "creates it again.",
      "name",
    );
  }
  waitsAgain(context);
  return true;
}

/** Says where a group that is to be created exists: it is taken over, or it is another one. */
async function reportAdoption(
  { config, diagnostics, replacing, signal }: Context,
  client: Session,
  id: string,
  desired: NodeGroupDesired,
): Promise<void> {
  if (
    replacing ||
    client.registry.isStored(id) ||
    typeof config.cluster_id !== "string" ||
    config.name instanceof Unknown
  )
    return;
  const { cluster_id, name } = config;
  const groupId = idOf({ cluster_id, name });
  const found = await client.hikube.nodeGroups.existing(groupId, desired, { signal });
  if (found === undefined) return;
  reportExisting({ diagnostics }, id, "node group", {
    ...found,
    blocks: true,
    ...existingNodeGroupTexts(groupId),
  });
}

async function warnOfUnseenGpus(
  { config, diagnostics }: Context,
  client: Session,
  clusterId: string,
  cluster: ClusterState | undefined,
): Promise<void> {
  const gpus = Array.isArray(config.gpus) ? config.gpus : [];
  if (gpus.length === 0 || cluster?.addons.includes("gpu-operator")) return;
  if (await client.registry.intends(clusterId, ({ addons }) => addons.has("gpu-operator"))) return;
  diagnostics.warning(
    "Pods will not see the GPUs",
    "The add-on `gpu-operator`, which gives GPUs to pods, is not installed in this cluster.",
    "gpus",
  );
}
