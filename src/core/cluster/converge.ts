import { valueAt } from "../../base/json-pointer.ts";
import { type Context, clusterSubject, readOnce, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { difference } from "../desired/difference.ts";
import type { ClusterState, Converged, Notice } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import { upgradePools } from "../node-group/upgrade-pools.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Monitor, monitorsOf } from "../object/monitors.ts";
import type { ConvergeOptions, ObserveClusterOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { compareVersions, normaliseVersion } from "../platform/versions.ts";
import { clusterState } from "../read/observe.ts";
import { ClusterReadiness } from "../rollout/cluster-readiness.ts";
import { diagnose, headline, notReady, waited } from "../rollout/diagnose.ts";
import { awaitWrite, deletedMeanwhile, type Outcome, type Seen, type Stage } from "../rollout/wait.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import { refuse } from "../validate/finding.ts";
import { checkVersionText, upgradeSteps } from "../validate/version.ts";
import { unwritten } from "../write/baseline.ts";
import { createCluster } from "./create.ts";
import { clusterEdit } from "./edit.ts";
import { observeCluster } from "./observe.ts";

/** With the time when the converge began, clock ms. */
type Options = ConvergeOptions<ClusterDesired, ClusterState> & { readonly began: number };

/** Makes a cluster as desired, and waits as long as asked. See ConvergeOptions; throws CoreError. */
export async function convergeCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  given: ConvergeOptions<ClusterDesired, ClusterState>,
): Promise<Converged<ClusterState>> {
  let partial: ClusterState | undefined;
  const { signal } = given;
  const options: Options = { ...given, began: context.clock.now() };
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const accepted = (object: AppObject) => {
      partial = clusterState(id, object, [], platform);
      options.accepted?.(partial);
    };
    if (options.create) return await create(context, id, desired, platform, options, accepted);
    return await upgrade(context, id, desired, platform, options, accepted);
  } catch (error) {
    const known = CoreError.from(error, `converging cluster ${id.name}`, signal);
    throw partial === undefined || known.partial !== undefined ? known : known.withPartial(partial);
  }
}

async function create(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: Options,
  accepted: (object: AppObject) => void,
): Promise<Converged<ClusterState>> {
  if (desired.version !== undefined) refuse(checkVersionText(desired.version));
  const created = await createCluster(context, id, desired, platform, options);
  accepted(created);
  if (options.waitFor === "accepted") return await finish(context, id, options, undefined, []);
  const readiness = readinessOf(context, id, desired, options, false);
  const outcome = await awaitWrite(context, {
    ...options,
    baseline: unwritten(undefined, context.clock.now()),
    write: 0,
    uid: created.uid,
    version: created.resourceVersion,
    edit: undefined,
    subject: clusterSubject(context, id),
    owner: { kind: "cluster", name: id.name },
    stages: [{ missing: (seen) => readiness.missing(seen) }],
  });
  return await finish(context, id, options, outcome, readiness.warnings);
}

/** Writes the settings, after each minor version on the way to a new one. */
async function upgrade(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: Options,
  accepted: (object: AppObject) => void,
): Promise<Converged<ClusterState>> {
  const { steps, isReachable } = await plannedSteps(context, id, desired, options);
  // All but the last minor are waited for, whatever the caller waits for.
  for (const version of steps.slice(0, -1)) {
    options.progress?.(`cluster ${id.name}: upgrading to ${version}`);
    const step: Options = { ...options, waitFor: "ready" };
    await write(context, id, { ...desired, version }, platform, step, accepted, true);
  }
  return await write(context, id, desired, platform, options, accepted, isReachable);
}

/** The minors to go through, judged by what is stored and by what really runs. */
async function plannedSteps(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  options: Options,
): Promise<{ readonly steps: readonly string[]; readonly isReachable: boolean }> {
  const { signal, previous } = options;
  const { version: to } = difference(desired, previous).write;
  const none = { steps: [], isReachable: false };
  if (to === undefined) return none;
  const live = await retryUntilDeadline(context, options, () => context.reader.cluster(id, signal, true));
  const stored = valueAt(live?.spec, ["version"]);
  const from = typeof stored === "string" ? stored : previous?.version;
  if (from === undefined || compareVersions(from, to) === 0) return none;
  const kubeconfig = await retryUntilDeadline(context, options, () => context.tenants.kubeconfig(id, signal));
  const running = kubeconfig === undefined ? undefined : await context.tenants.version(id, kubeconfig, signal);
  const steps = upgradeSteps({ from, to, running, strategy: desired.upgradeStrategy });
  return { steps, isReachable: running !== undefined };
}

/** @param mustAnswer the cluster's own API could be reached before, so the wait does not end without it. */
async function write(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: Options,
  accepted: (object: AppObject) => void,
  mustAnswer: boolean,
): Promise<Converged<ClusterState>> {
  const { signal } = options;
  const monitors = await retryUntilDeadline(context, options, () => context.reader.monitors(id.namespace, signal));
  const readiness = readinessOf(context, id, desired, options, mustAnswer);
  const edit = clusterEdit(id, desired, options, monitors);
  const stages = upgradeStages(context, id, desired, platform, options, readiness, monitors);
  const { outcome } = await writeAndWait(context, id, edit, { ...options, accepted, stages });
  return await finish(context, id, options, outcome, readiness.warnings);
}

const readinessOf = (
  context: Context,
  id: ClusterId,
  { version }: ClusterDesired,
  { signal }: Options,
  mustAnswer: boolean,
): ClusterReadiness => new ClusterReadiness(context, id, { signal, version: version !== undefined, mustAnswer });

/** First the control plane; then pools get its version, which is one of their own (platform.md §4); then nodes. */
function upgradeStages(
  context: Context,
  id: ClusterId,
  { version }: ClusterDesired,
  platform: Platform,
  options: Options,
  readiness: ClusterReadiness,
  monitors: readonly Monitor[],
): readonly Stage[] {
  const wanted = version === undefined ? undefined : normaliseVersion(version);
  const nodes: Stage = {
    missing: async (seen) => (await readiness.missing(seen)) ?? missingNodes(id, monitors, seen),
  };
  if (wanted === undefined) return [nodes];
  const controlPlane: Stage = {
    missing: (seen) => readiness.missingOfControlPlane(seen),
    finish: async () => {
      if (readiness.isReachable) await upgradePools(context, platform, id, wanted, options);
    },
  };
  return [controlPlane, nodes];
}

/** Groups that had their nodes before a write have them again after it: on 1.1 every upgrade resets them to two (platform.md §3.4). */
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

/** The result after a wait, or where only the acceptance was waited for. */
async function finish(
  context: Context,
  id: ClusterId,
  options: Options,
  outcome: Outcome | undefined,
  warnings: readonly Notice[],
): Promise<Converged<ClusterState>> {
  if (outcome?.kind === "late") throw await timeout(context, id, options, outcome.why);
  const { signal } = options;
  const how: ObserveClusterOptions = outcome === undefined ? { signal, tenantInfo: "skip" } : { signal, fresh: true };
  const state = await retryUntilDeadline(context, options, () => observeCluster(context, id, how));
  if (state === undefined) throw deletedMeanwhile(`cluster ${id.name}`);
  return { ...state, warnings: [...(outcome?.warnings ?? []), ...warnings] };
}

async function timeout(context: Context, id: ClusterId, options: Options, why: string): Promise<CoreError> {
  const known = await readOnce(context, (signal) => observeCluster(context, id, { signal, fresh: true }));
  // After it: where that read did not succeed, the diagnosis says why.
  const diagnosis = await diagnose(context, id);
  const after = `After ${waited({ began: options.began, options })} ${notReady(`cluster ${id.name}`, why)}`;
  const work = options.create ? "installation" : "change";
  return new CoreError("Timeout", `${after} ${diagnosis}`.trim(), {
    summary: headline(`cluster ${id.name}`),
    hint: `The ${work} continues in the background.`,
    remedy: { kind: "wait", limit: options.create ? "create" : "update" },
    ...(known === undefined ? {} : { partial: known }),
  });
}
