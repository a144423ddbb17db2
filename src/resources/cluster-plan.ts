import type { ClusterId } from "../core/ids.ts";
import { upgradePath } from "../core/versions.ts";
import type { PlanContext } from "../engine/resource.ts";
import type { State } from "../schema/shape.ts";
import { UNKNOWN, Unknown } from "../values/value.ts";
import { clusterFindings } from "./cluster-checks.ts";
import { type ClusterSchema, desiredOf, idText } from "./cluster-mapping.ts";
import { clusterSchema as schema } from "./cluster-schema.ts";
import { resumesWaiting } from "./converging.ts";
import { report } from "./explain.ts";
import type { Session } from "./session.ts";

/** The part of a cluster's plan that asks the platform, and what an update or a replacement means. */
export async function planCluster(context: PlanContext<ClusterSchema, Session>): Promise<void> {
  const { config, prior, plan, client, diagnostics, private: notes, changed } = context;
  if (prior === null && config.namespace === null && client !== undefined) plan.namespace = client.namespace;
  if (prior !== null) planUpdate(context, prior);
  const resumes = resumesWaiting(prior, notes, config.wait_for);
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
  report(await clusterFindings(context, client, platform, id, runningVersion(context)), schema, diagnostics);
}

/** What an update changes besides itself, and whether it would be a replacement. */
function planUpdate(
  { config, plan, diagnostics, requireReplace }: PlanContext<ClusterSchema, Session>,
  prior: State<ClusterSchema>,
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
function runningVersion({ prior }: PlanContext<ClusterSchema, Session>): string | undefined {
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
async function checkNew(context: PlanContext<ClusterSchema, Session>, client: Session, id: ClusterId): Promise<void> {
  const { config, diagnostics, replacing, signal } = context;
  if (config.allow_replace === true) return;
  if (replacing) {
    diagnostics.error("The plan would replace the cluster", waysOut(id), "allow_replace");
    return;
  }
  const live = await client.hikube.clusters.observe(id, { signal, glance: true, inside: "skip" });
  if (live === undefined || live.status === "deleting") return;
  const desired = desiredOf(config);
  const tainted = client.claims.isStored(idText(id));
  if (!tainted && (await client.hikube.clusters.isOwnCreation(live, desired, { signal }))) return;
  diagnostics.error("The cluster exists already", waysOut(id), "name");
}

const waysOut = (id: ClusterId): string =>
  `There is a cluster ${idText(id)}, and this plan would create it anew. Three ways out:\n` +
  "  - it is this resource's, marked as tainted after a failed or slow create: `terraform untaint` it; the next apply goes on where it stopped;\n" +
  `  - it was made elsewhere: \`terraform import <address> ${idText(id)}\`;\n` +
  "  - it shall really be destroyed and created again, with everything in it lost: set `allow_replace = true`.";
