import { type ClusterId, clusterKey } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { newerVersions, shortVersion, upgradePath } from "../../core/platform/versions.ts";
import type { Diagnostics } from "../../engine/diagnostic.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import type { Attribute } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import type { State } from "../../schema/shape.ts";
import { valuesEqual } from "../../values/equal.ts";
import { UNKNOWN, Unknown, type ValueObject } from "../../values/value.ts";
import { removesOutdatedKey, resumesWaiting } from "../shared/apply-and-save.ts";
import { report } from "../shared/diagnostics.ts";
import { knownPart } from "../shared/expand-flatten.ts";
import type { Session } from "../shared/session.ts";
import { clusterFindings } from "./checks.ts";
import { type OwnKeys, planDefaultKeys, withDefaults } from "./default-keys.ts";
import { type ClusterSchema, desiredOf } from "./flatten.ts";
import { clusterSchema as schema } from "./schema.ts";

/** Plans the parts of a cluster that require the platform, and the consequences of an update or a replacement. */
export async function planCluster(context: PlanContext<ClusterSchema, Session>): Promise<void> {
  const { config, prior, plan, client, diagnostics, changed } = context;
  if (prior === null) planNew(context);
  else planUpdate(context, prior);
  planDefaultKeys(context);
  if (client === undefined || config.name instanceof Unknown || plan.namespace instanceof Unknown) return;
  const id = { namespace: plan.namespace ?? client.namespace, name: config.name };
  if (prior === null) plan.id = new Unknown({ notNull: true, prefix: clusterKey(id) });
  const claimed = client.registry.claim(clusterKey(id), prior === null ? "create" : "keep", context.replacing);
  if (claimed === "destroy") refuseAddressChange(clusterKey(id), diagnostics);
  else if (claimed !== undefined) {
    diagnostics.error(
      "Two resources manage one cluster",
      `Another resource of this configuration already manages ${clusterKey(id)}. Keep one of them.`,
      "name",
    );
  }
  client.registry.intend(clusterKey(id), { defaultGroup: plan.default_node_group === true });
  if (prior?.default_node_group === true && plan.default_node_group === false) {
    client.registry.intend(clusterKey(id), { dropsDefaultGroup: true });
  }
  if (prior === null) await checkNew(context, client, id);
  if (!changed) return;
  const platform = await client.hikube.platform(context.signal);
  planUpgrades(plan, prior, platform);
  const judged = { ...context, config: changedConfig(config, prior, plan) };
  report(await clusterFindings(judged, client, platform, id, runningVersion(context)), schema, diagnostics);
}

/** Plans as not null the attributes that a ready cluster always has. */
function planNew({ config, plan }: PlanContext<ClusterSchema, Session>): void {
  if (config.wait_for === "accepted" || config.wait_for instanceof Unknown) return;
  plan.endpoint = new Unknown({ notNull: true });
  plan.cluster_ca_certificate = new Unknown({ notNull: true });
}

/** Returns the configuration without unchanged attributes: a value that the platform no longer offers can still be planned. */
function changedConfig(
  config: PlanContext<ClusterSchema, Session>["config"],
  prior: State<ClusterSchema> | null,
  plan: PlanContext<ClusterSchema, Session>["plan"],
): PlanContext<ClusterSchema, Session>["config"] {
  if (prior === null) return config;
  const [before, after] = [prior as unknown as ValueObject, plan as unknown as ValueObject];
  const kept = Object.entries<Attribute>(schema).filter(
    ([name, { kind, providerOnly }]) =>
      !providerOnly && valuesEqual(before[name] ?? null, after[name] ?? null, wireType(kind)),
  );
  return { ...config, ...Object.fromEntries(kept.map(([name]) => [name, null])) };
}

/** Reports one id at two addresses: the destroy of one resource would delete the other's cluster, whatever the order of core. */
export function refuseAddressChange(id: string, diagnostics: Diagnostics): void {
  diagnostics.error(
    "The cluster is managed and destroyed in one run",
    `One resource of this configuration manages ${id} and another destroys it. If the resource has a new address, say so:\n\n` +
      "  moved {\n    from = hikube_cluster.<old address>\n    to   = hikube_cluster.<new address>\n  }\n\n" +
      "To destroy it, run `terraform destroy -refresh=false`.",
    "name",
  );
}

/** Plans the attributes that an update changes indirectly, and whether the update is a replacement. */
function planUpdate(context: PlanContext<ClusterSchema, Session>, prior: State<ClusterSchema>): void {
  const { config, plan, diagnostics, changed, requireReplace, private: notes } = context;
  const mends = removesOutdatedKey(context, "The node group md0");
  const upgrades = upgradesNodeGroups(context, prior);
  if (mends || upgrades || resumesWaiting(prior, notes, config.wait_for) || (changed && prior.ready !== true)) {
    plan.ready = new Unknown({ notNull: true });
    plan.status = new Unknown({ notNull: true });
    plan.status_message = UNKNOWN;
  }
  if (plan.host !== prior.host) {
    plan.endpoint = UNKNOWN;
    plan.cluster_ca_certificate = UNKNOWN;
  }
  if (plan.version !== prior.version) {
    plan.kubernetes_version = UNKNOWN;
    plan.available_upgrades = new Unknown({ notNull: true });
  }
  if (changed && prior.api_address === null) plan.api_address = UNKNOWN;
  if (plan.default_node_group !== prior.default_node_group) plan.unmanaged_node_groups = new Unknown({ notNull: true });
  const moved = (["name", "namespace", "storage_class"] as const).filter(
    (name) => prior[name] !== null && plan[name] !== prior[name],
  );
  if (moved.includes("storage_class") && config.allow_replace === true) requireReplace("storage_class");
  if (moved.length === 0 || config.allow_replace === true) return;
  for (const name of moved) {
    diagnostics.error(
      "The plan would replace the cluster",
      `Changing \`${name}\` of ${prior.id} destroys the cluster with everything in it and creates another` +
        `${name === "storage_class" ? ": the platform accepts the change but never migrates what is stored" : ""}. ` +
        "Put the old value back, or set `allow_replace = true`.",
      name,
    );
  }
}

/** Private note since an upgrade: names of the node groups with an older version than the control plane; the next apply upgrades them. */
export const behindNote = "behind";

/** Whether a plan upgrades node groups that an earlier upgrade did not reach, and a warning that says so. */
function upgradesNodeGroups(
  { private: notes, diagnostics }: PlanContext<ClusterSchema, Session>,
  { id }: State<ClusterSchema>,
): boolean {
  const names = notes[behindNote];
  if (!Array.isArray(names) || names.length === 0) return false;
  diagnostics.warning(
    "Node groups have an older version than their cluster",
    `An upgrade of ${id} has not reached these node groups yet: ${names.join(", ")}. This apply upgrades them, which replaces their nodes ` +
      "one after another.",
    "version",
  );
  return true;
}

/** Plans the upgrades that the new version leaves. */
function planUpgrades(
  plan: PlanContext<ClusterSchema, Session>["plan"],
  prior: State<ClusterSchema> | null,
  platform: Platform,
): void {
  if (typeof plan.version !== "string" || plan.version === prior?.version || platform.source !== "live") return;
  plan.available_upgrades = newerVersions(platform.versions, plan.version).map(shortVersion);
}

/** Returns the version from which an upgrade starts: the running version if known. */
function runningVersion({ prior }: PlanContext<ClusterSchema, Session>): string | undefined {
  if (prior === null) return undefined;
  const { version, kubernetes_version: running } = prior;
  if (version === null || running === null) return running ?? version ?? undefined;
  const path = upgradePath(version, running);
  return path.ok && path.steps.length > 0 ? running : version;
}

/**
 * Rejects the creation of a cluster that exists. An existing cluster is one whose creation by this resource was interrupted (`converge`
 * recognises it), a tainted one that Terraform replaces, or one created elsewhere.
 */
async function checkNew(context: PlanContext<ClusterSchema, Session>, client: Session, id: ClusterId): Promise<void> {
  const { config, diagnostics, replacing, signal } = context;
  if (config.allow_replace === true) return;
  if (replacing) {
    diagnostics.error("The plan would replace the cluster", waysOut(id), "allow_replace");
    return;
  }
  const live = await client.hikube.clusters.observe(id, { signal, once: true, tenantInfo: "skip" });
  if (live === undefined || live.status === "deleting") return;
  const desired = { ...desiredOf(config), ...withDefaults(knownPart(config) as unknown as OwnKeys, client.defaults) };
  const tainted = client.registry.isStored(clusterKey(id));
  if (!tainted && (await client.hikube.clusters.isOwnCreation(live, desired, { signal }))) {
    diagnostics.warning(
      `Cluster ${clusterKey(id)} exists and will be taken over`,
      "This provider created it with the same settings: in an apply that was interrupted, or with another state. A later destroy removes " +
        "it with everything in it. If another state manages it, choose another name.",
      "name",
    );
    return;
  }
  diagnostics.error(`Cluster ${clusterKey(id)} already exists`, waysOut(id), "name");
}

const waysOut = (id: ClusterId): string =>
  `This plan would create ${clusterKey(id)} a second time.\n` +
  "  - If a previous apply failed or timed out, the resource is tainted: run `terraform untaint <address>` and apply again.\n" +
  "  - If the resource has a new address, add a `moved` block from the old one.\n" +
  `  - If it was created elsewhere, run \`terraform import <address> ${clusterKey(id)}\`.\n` +
  "  - To destroy it and everything in it and start over, set `allow_replace = true`.\n" +
  "  - To destroy it only, run `terraform destroy -refresh=false`.";
