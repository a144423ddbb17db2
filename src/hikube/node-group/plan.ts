import type { NodeGroupDesired } from "../../core/desired/desired.ts";
import { groupDefaults } from "../../core/desired/node-group.ts";
import type { ClusterState } from "../../core/desired/state.ts";
import { defaultGroupName } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import type { Attribute } from "../../schema/declaration.ts";
import type { State } from "../../schema/shape.ts";
import { UNKNOWN, Unknown } from "../../values/value.ts";
import { removesOutdatedKey, resumesWaiting } from "../shared/apply-and-save.ts";
import { report } from "../shared/diagnostics.ts";
import { expand, knownPart } from "../shared/expand-flatten.ts";
import {
  claimMember,
  isClusterId,
  memberId,
  parseClusterId,
  plannedCluster,
  plannedMemberId,
  reportExisting,
  requireCluster,
} from "../shared/parent.ts";
import { existingNodeGroupTexts } from "../shared/remedy.ts";
import type { Session } from "../shared/session.ts";
import { groupFindings, noteGroup } from "./checks.ts";
import { idOf, type NodeGroupSchema, specified } from "./flatten.ts";
import { replacesNodes, nodegroupSchema as schema } from "./schema.ts";

type Context = PlanContext<NodeGroupSchema, Session>;

/** Attributes whose change replaces every node. */
const ofMachine = Object.entries<Attribute>(schema).flatMap(([name, { facts }]) =>
  facts.changing === replacesNodes ? [name as keyof NodeGroupSchema] : [],
);

/** Plans the parts of a group that require the platform. */
export async function planNodeGroup(context: Context): Promise<void> {
  const { config, prior, plan, client, diagnostics, signal, changed, private: notes } = context;
  const mends = removesOutdatedKey(context, `Node group ${String(prior?.name)}`);
  const resumes = resumesWaiting(prior, notes, config.wait_for) || mends;
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
  // During an apply, Terraform plans each resource once more immediately before it applies it.
  client.hikube.nodeGroups.announce(idOf({ cluster_id: clusterId, name }));
  const cluster = await requireCluster(context, clusterId);
  if (!changed) return;
  if (prior === null && cluster !== undefined)
    await reportAdoption(context, client, memberId(clusterId, name), desired);
  await warnOfUnseenGpus(context, client, clusterId, cluster);
}

/** Plans as unknown the attributes that a wait determines. */
function waitsAgain({ plan }: Context): void {
  plan.ready = new Unknown({ notNull: true });
  plan.ready_replicas = UNKNOWN;
  plan.observed_replicas = UNKNOWN;
  plan.status_message = UNKNOWN;
}

const replacesAny = ({ plan }: Context, prior: State<NodeGroupSchema>): boolean =>
  ofMachine.some((name) => JSON.stringify(plan[name]) !== JSON.stringify(prior[name]));

/** On 1.1 a group with `resources` has no instance type (platform.md §3.6). */
function planSize({ config, prior, plan }: Context, platform: Platform): void {
  if (config.instance_type !== null || !platform.resourcesExcludeInstanceType) return;
  if (config.resources !== null) plan.instance_type = null;
  else if (prior !== null && prior.resources !== null && plan.resources === null) {
    plan.instance_type = groupDefaults(platform).instanceType ?? UNKNOWN;
  }
}

/**
 * Checks a group `md0` against the cluster's `default_node_group`, which exclude each other. Returns whether this apply records on the
 * platform that the group is managed here, so that the cluster's setting never removes it.
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

/** Reports a group to be created that already exists: it is adopted, or it is an error. */
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
    "gpu-operator is not installed",
    "The add-on `gpu-operator`, which gives GPUs to pods, is not installed in this cluster.",
    "gpus",
  );
}
