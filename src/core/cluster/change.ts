import { type Context, retryUntilDeadline } from "../context.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import type { ClusterState, Converged } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import { upgradePools } from "../node-group/upgrade-pools.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Monitor, monitorsOf } from "../object/monitors.ts";
import type { Platform } from "../platform/platform.ts";
import { isBehind } from "../read/observe.ts";
import { poolsOf } from "../read/pools.ts";
import { ClusterReadiness, type ClusterSeen } from "../rollout/cluster-readiness.ts";
import type { Seen, Stage } from "../rollout/wait.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import { convergeDefaultPool } from "./default-pool.ts";
import { clusterEdit } from "./edit.ts";
import type { VersionPlan } from "./version-plan.ts";
import { type ClusterOptions, finish } from "./wait.ts";

/** Writes the settings, one minor version at a time up to the desired one. */
export async function changeCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  { steps, isReachable }: VersionPlan,
  platform: Platform,
  options: ClusterOptions,
  accepted: (object: AppObject) => void,
): Promise<Converged<ClusterState>> {
  const notices = await convergeDefaultPool(context, id, desired, platform, options);
  // Every minor but the last is waited for, regardless of `waitFor`.
  for (const version of steps.slice(0, -1)) {
    options.progress?.(`cluster ${id.name}: upgrading to ${version}`);
    const step: ClusterOptions = { ...options, waitFor: "ready" };
    await write(context, id, { ...desired, version }, platform, step, accepted, true);
  }
  const changed = await write(context, id, desired, platform, options, accepted, isReachable);
  return { ...changed, warnings: [...notices, ...changed.warnings] };
}

/** @param mustAnswer the tenant API was reachable before, so the wait does not end without its response. */
async function write(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: ClusterOptions,
  accepted: (object: AppObject) => void,
  mustAnswer: boolean,
): Promise<Converged<ClusterState>> {
  const { signal } = options;
  const monitors = await retryUntilDeadline(context, options, () => context.reader.monitors(id.namespace, signal));
  const version = desired.version !== undefined;
  const readiness = new ClusterReadiness(context, id, { signal, version, mustAnswer });
  const edit = clusterEdit(id, desired, options, monitors);
  const [controlPlane, nodes] = upgradeStages(context, id, platform, options, readiness, monitors);
  const stages = version || desired.talos !== undefined ? [controlPlane, nodes] : [nodes];
  const { written, outcome } = await writeAndWait(context, id, edit, { ...options, accepted, stages });
  if (outcome === undefined) {
    const pools = await retryUntilDeadline(context, options, () => poolsOf(context.reader, platform, id, signal));
    const seen = { object: written.after, monitors };
    const isDue = pools.some((pool) => isBehind(written.after, pool));
    if (isDue && (await controlPlane.missing(seen)) === undefined) await controlPlane.finish(seen);
  }
  return await finish(context, id, options, outcome, readiness.warnings);
}

/**
 * The stages of an upgrade: first the control plane, then the version of the pools, which is a setting of their own (platform.md §4),
 * then the nodes.
 */
function upgradeStages(
  context: Context,
  id: ClusterId,
  platform: Platform,
  options: ClusterOptions,
  readiness: ClusterReadiness,
  monitors: readonly Monitor[],
) {
  const controlPlane = {
    missing: (seen: ClusterSeen) => readiness.missingOfControlPlane(seen),
    finish: async ({ object }: ClusterSeen) => {
      if (readiness.isReachable) await upgradePools(context, platform, id, object, options);
    },
  };
  const nodes: Stage = {
    missing: async (seen) => (await readiness.missing(seen)) ?? missingNodes(id, monitors, seen),
  };
  return [controlPlane, nodes] as const;
}

/**
 * Groups that had all nodes before a write must have them again after it: on 1.1 every upgrade resets groups to two nodes (platform.md
 * §3.4).
 */
function missingNodes(id: ClusterId, before: readonly Monitor[], seen: Seen): string | undefined {
  const isFull = ({ availableReplicas = 0, minReplicas = 0 }: Monitor) => availableReplicas >= minReplicas;
  const groupsOf = (monitors: readonly Monitor[]) =>
    monitorsOf(monitors, id.name).filter(({ role }) => role === "worker");
  const full = groupsOf(before)
    .filter(isFull)
    .map(({ name }) => name);
  const short = groupsOf(seen.monitors).find((monitor) => full.includes(monitor.name) && !isFull(monitor));
  return short === undefined
    ? undefined
    : `${short.availableReplicas ?? 0} of ${short.minReplicas} nodes of ${short.name} run again`;
}
