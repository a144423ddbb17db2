import { valueAt } from "../../base/json-pointer.ts";
import {
  type Context,
  type ConvergeOptions,
  clusterSubject,
  clusterTarget,
  type KnownInside,
  lastLook,
  type ObserveClusterOptions,
  type ObserveOptions,
  patiently,
} from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterId } from "../ids.ts";
import { poolNames } from "../node-group/pools.ts";
import { type AppObject } from "../object/app-object.ts";
import { type Monitor, monitorsOf } from "../object/monitors.ts";
import type { Platform } from "../platform/platform.ts";
import { compareVersions } from "../platform/versions.ts";
import { clusterState, type Inside } from "../read/observe.ts";
import { clusterCheck } from "../rollout/cluster-readiness.ts";
import { headline, notReady, trouble, waited } from "../rollout/diagnose.ts";
import { baselineOf } from "../rollout/release.ts";
import { awaitWrite, deletedMeanwhile, type Outcome, type Wait, writeAndWait } from "../rollout/wait.ts";
import type { ClusterDesired } from "../spec/desired.ts";
import { difference } from "../spec/difference.ts";
import type { ClusterState, Converged, Notice } from "../spec/state.ts";
import { upgradeSteps } from "../validate/upgrade.ts";
import { createCluster } from "./create.ts";
import { clusterEdit } from "./edit.ts";

/** Everything of a cluster that no write is needed for; undefined where it is certainly gone. */
export async function observeCluster(
  context: Context,
  id: ClusterId,
  { signal, fresh = false, glance = false, inside: known }: ObserveClusterOptions,
): Promise<ClusterState | undefined> {
  try {
    const [platform, object, monitors] = await Promise.all([
      context.platform(signal),
      glance ? context.reader.glance(id, signal) : context.reader.cluster(id, signal, fresh),
      context.reader.monitors(id.namespace, signal, fresh),
    ]);
    if (object === undefined) return undefined;
    const pools = await poolNames(context, platform, id, signal, fresh);
    const outside = clusterState(id, object, monitors, platform, undefined, pools);
    if (known === "skip") return outside;
    if (known !== undefined && outside.ready && known.key === outside.insideKey && isSettled(known, outside)) {
      const { endpoint, caCertificate, kubernetesVersion } = known;
      return { ...outside, endpoint, caCertificate, kubernetesVersion };
    }
    return clusterState(id, object, monitors, platform, await inside(context, id, signal), pools);
  } catch (error) {
    throw CoreError.from(error, `reading cluster ${id.name}`, signal);
  }
}

/** All clusters of a namespace, without a look inside them. */
export async function listClusters(
  context: Context,
  namespace: string,
  { signal, fresh = false }: ObserveOptions,
): Promise<ClusterState[]> {
  try {
    const platform = await context.platform(signal);
    const [objects, monitors] = await Promise.all([
      context.reader.clusters(namespace, signal, fresh),
      context.reader.monitors(namespace, signal, fresh),
    ]);
    return objects.map((object) => clusterState({ namespace, name: object.name }, object, monitors, platform));
  } catch (error) {
    throw CoreError.from(error, `listing the clusters of ${namespace}`, signal);
  }
}

/** Whether nothing is under way inside: the version that runs is the one that is stored. */
const isSettled = ({ endpoint, kubernetesVersion }: KnownInside, { version }: ClusterState): boolean =>
  endpoint !== undefined && version !== undefined && kubernetesVersion?.startsWith(`${version}.`) === true;

async function inside(context: Context, id: ClusterId, signal: AbortSignal): Promise<Inside> {
  const kubeconfig = await context.tenants.kubeconfig(id, signal);
  if (kubeconfig === undefined) return { endpoint: undefined, version: undefined };
  const [endpoint, version] = await Promise.all([
    context.tenants.endpoint(kubeconfig),
    context.tenants.version(id, kubeconfig, signal),
  ]);
  return { endpoint, version };
}

type Options = ConvergeOptions<ClusterDesired, ClusterState>;

/** With the time when the converge began, clock ms. */
type Timed = Options & { readonly began: number };

/** Makes a cluster as desired, and waits as long as asked. See ConvergeOptions; throws CoreError. */
export async function convergeCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  options: Options,
): Promise<Converged<ClusterState>> {
  let partial: ClusterState | undefined;
  const { signal } = options;
  const began = context.clock.now();
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const accepted = (object: AppObject) => {
      partial = clusterState(id, object, [], platform);
      options.accepted?.(partial);
    };
    if (options.create) return await create(context, id, desired, platform, { ...options, began }, accepted);
    const { steps, inReach } = await plannedSteps(context, id, desired, options);
    // All but the last minor are waited for, whatever the caller waits for.
    for (const version of steps.slice(0, -1)) {
      options.progress?.(`cluster ${id.name}: upgrading to ${version}`);
      const step: Timed = { ...options, began, waitFor: "ready" };
      await write(context, id, { ...desired, version }, platform, step, accepted, true);
    }
    return await write(context, id, desired, platform, { ...options, began }, accepted, inReach);
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
  options: Timed,
  accepted: (object: AppObject) => void,
): Promise<Converged<ClusterState>> {
  upgradeSteps(undefined, desired.version, undefined, "single");
  const created = await createCluster(context, id, desired, platform, options);
  accepted(created);
  if (options.waitFor === "accepted") return await finish(context, id, options, undefined, []);
  const warnings: Notice[] = [];
  const outcome = await awaitWrite(context, {
    ...options,
    baseline: baselineOf(undefined, context.clock.now(), true),
    write: 0,
    uid: created.uid,
    version: created.resourceVersion,
    edit: undefined,
    subject: clusterSubject(context, id),
    target: clusterTarget(id),
    owner: { kind: "cluster", name: id.name },
    check: clusterCheck(context, id, desired, platform, options, warnings),
  });
  return await finish(context, id, options, outcome, warnings);
}

/** The minors to go through, judged by what is stored and by what really runs. */
async function plannedSteps(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  options: Options,
): Promise<{ readonly steps: readonly string[]; readonly inReach: boolean }> {
  const { signal, previous } = options;
  const none = { steps: [], inReach: false };
  if (difference(desired, previous).write.version === undefined) return none;
  if (desired.version === undefined) return none;
  const live = await patiently(context, options, () => context.reader.cluster(id, signal, true));
  const stored = valueAt(live?.spec, ["version"]);
  const from = typeof stored === "string" ? stored : previous?.version;
  if (from === undefined || compareVersions(from, desired.version) === 0) return none;
  const kubeconfig = await patiently(context, options, () => context.tenants.kubeconfig(id, signal));
  const running = kubeconfig === undefined ? undefined : await context.tenants.version(id, kubeconfig, signal);
  return {
    steps: upgradeSteps(from, desired.version, running, desired.upgradeStrategy),
    inReach: running !== undefined,
  };
}

/** @param strict the cluster's own API was in reach before: nothing is believed without it. */
async function write(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: Timed,
  accepted: (object: AppObject) => void,
  strict: boolean,
): Promise<Converged<ClusterState>> {
  const { signal } = options;
  const monitors = await patiently(context, options, () => context.reader.monitors(id.namespace, signal));
  const warnings: Notice[] = [];
  const { outcome } = await writeAndWait(context, id, {
    ...options,
    edit: clusterEdit(id, desired, options, monitors),
    owner: { kind: "cluster", name: id.name },
    accepted,
    check: keepingGroups(id, monitors, clusterCheck(context, id, desired, platform, { ...options, strict }, warnings)),
  });
  return await finish(context, id, options, outcome, warnings);
}

/** Groups that had their nodes before a write have them again after it: on 1.1 every upgrade resets them to two (platform.md §3.4). */
function keepingGroups(id: ClusterId, before: readonly Monitor[], check: Wait["check"]): Wait["check"] {
  const isFull = ({ availableReplicas = 0, minReplicas = 0 }: Monitor) => availableReplicas >= minReplicas;
  const groupsOf = (monitors: readonly Monitor[]) =>
    monitorsOf(monitors, id.name).filter(({ role }) => role === "worker");
  const full = new Set(
    groupsOf(before)
      .filter(isFull)
      .map(({ name }) => name),
  );
  return async (seen) => {
    const missing = await check(seen);
    if (missing !== undefined) return missing;
    const short = groupsOf(seen.monitors).find((monitor) => full.has(monitor.name) && !isFull(monitor));
    return short === undefined
      ? undefined
      : `${short.availableReplicas ?? 0} of ${short.minReplicas} nodes of ${short.name} run again`;
  };
}

/** The end of a wait, if there was one. */
async function finish(
  context: Context,
  id: ClusterId,
  options: Timed,
  outcome: Outcome | undefined,
  warnings: readonly Notice[],
): Promise<Converged<ClusterState>> {
  if (outcome?.kind === "late") {
    const known = await lastLook(context, (signal) => observeCluster(context, id, { signal, fresh: true }));
    // After it: where that look did not succeed, this one says why.
    const seen = await trouble(context, id);
    const after = `After ${waited({ began: options.began, options })} ${notReady(`cluster ${id.name}`, outcome.why)}`;
    const work = options.create ? "installation" : "change";
    const limit = options.create ? "create" : "update";
    throw new CoreError("Timeout", `${after} ${seen}`.trim(), {
      summary: headline(`cluster ${id.name}`),
      hint: `The ${work} continues in the background. Apply again to resume waiting, or raise \`timeouts.${limit}\`.`,
      ...(known === undefined ? {} : { partial: known }),
    });
  }
  const { signal } = options;
  const how: ObserveClusterOptions = outcome === undefined ? { signal, inside: "skip" } : { signal, fresh: true };
  const state = await patiently(context, options, () => observeCluster(context, id, how));
  if (state === undefined) throw deletedMeanwhile(`cluster ${id.name}`);
  return { ...state, warnings: [...(outcome?.warnings ?? []), ...warnings] };
}
