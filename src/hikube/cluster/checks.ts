import { type ClusterId, clusterKey } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { checkCluster, checkClusterName, checkStorageClass, type Finding } from "../../core/validate/index.ts";
import { clusterReplacement } from "../../core/validate/node-replacement.ts";
import { downgrade } from "../../core/validate/version.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value } from "../../values/value.ts";
import { knownPart } from "../shared/expand-flatten.ts";
import type { Session } from "../shared/session.ts";
import { type ClusterSchema, desiredOf } from "./flatten.ts";
import { clusterSchema } from "./schema.ts";

/** Returns the plan-time findings for a changed cluster. `running` is its current version. */
export async function clusterFindings(
  context: PlanContext<ClusterSchema, Session>,
  client: Session,
  platform: Platform,
  id: ClusterId,
  running: string | undefined,
): Promise<Finding[]> {
  const { config, prior, plan, signal } = context;
  const desired = desiredOf(knownPart(config) as unknown as typeof config);
  const findings = checkCluster(platform, desired, running).map((finding) =>
    finding.summary === downgrade
      ? { ...finding, detail: `${finding.detail} Or add \`version\` to \`ignore_changes\`.` }
      : finding,
  );
  if (prior === null) {
    const { storageClass } = desired;
    const offered = storageClass === undefined ? undefined : await client.hikube.offers.storageClasses({ signal });
    return [
      ...checkClusterName(id.name, platform),
      ...findings,
      ...(storageClass === undefined || offered === undefined ? [] : checkStorageClass(storageClass, offered)),
    ];
  }
  const version = { before: running, after: desired.version };
  const talos = !valuesEqual(prior.talos as Value, plan.talos as Value, wireType(clusterSchema.talos.kind));
  const upgrades = version.after !== undefined && version.before !== undefined && version.after !== version.before;
  if (!(upgrades || talos) || findings.some(({ severity }) => severity === "error")) return findings;
  const groups = await groupsOf(context, client, id);
  return [...findings, ...clusterReplacement(platform, clusterKey(id), { version, talos }, groups)];
}

async function groupsOf(
  { signal }: PlanContext<ClusterSchema, Session>,
  client: Session,
  id: ClusterId,
): Promise<readonly string[]> {
  const live = await client.hikube.clusters.observe(id, { signal, tenantInfo: "skip" });
  return live === undefined ? [] : [...new Set([...live.nodeGroups, ...live.unmanagedNodeGroups])].sort();
}
