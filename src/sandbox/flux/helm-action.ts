import type { Kind } from "../platform/profile.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import { chartOf } from "./application-chart.ts";
import { currentRelease, type FluxContext } from "./context.ts";
import { remember, revisionOf, setConditions } from "./release-status.ts";

export type Outcome =
  | { readonly ok: true }
  /** `applied`: rendered objects were applied before it failed, and Helm counts the attempt as a release. */
  | { readonly ok: false; readonly text: string; readonly applied?: boolean };

type Verb = "install" | "upgrade";

/** Runs a Helm action to its end. It is not cut short: a release that is deleted meanwhile is uninstalled afterwards (platform.md §1.11). */
export async function runHelm(context: FluxContext, release: HelmRelease, kind: Kind, verb: Verb): Promise<Outcome> {
  const { profile, scheduler, faults } = context;
  const { pace } = profile;
  const chart = chartOf(release);
  const cluster = chart.clusterOf(release);
  const fault = faults.of(cluster);
  const rendering =
    fault.installFails === undefined
      ? chart.render(context, release, kind)
      : { ok: false as const, text: fault.installFails };
  if (!rendering.ok) {
    await scheduler.sleep(pace.refuse);
    return rendering;
  }
  await scheduler.sleep(pace.apply);
  if (!currentRelease(context, release)) return { ok: false, text: "the release is gone" };
  rendering.value();
  const deadline = scheduler.due(pace.actionTimeout);
  const earliest = scheduler.due(fault.actionMs ?? 0);
  const isBusy = () =>
    scheduler.now() < earliest ||
    (verb === "install" && !isClusterReady(context, cluster)) ||
    faults.of(cluster).neverFinishes === true;
  while (isBusy()) {
    if (scheduler.now() >= deadline) return { ok: false, text: "context deadline exceeded", applied: true };
    await scheduler.sleep(scheduler.now() < earliest ? 500 : 20);
  }
  await scheduler.sleep(verb === "install" ? pace.settleInstall : pace.settleUpgrade);
  return { ok: true };
}

function isClusterReady({ state, scheduler }: FluxContext, name: string): boolean {
  const cluster = state.clusters.get(name);
  return cluster !== undefined && cluster.readyAt <= scheduler.now();
}

/**
 * Undoes an action that failed half-way: an install is uninstalled, an upgrade rolled back (platform.md §1.10).
 *
 * @param before number of the newest Helm release before the action.
 */
export async function remediate(context: FluxContext, failed: HelmRelease, kind: Kind, before: number): Promise<void> {
  const { profile, namespace, scheduler } = context;
  await scheduler.sleep(profile.pace.retry);
  const release = currentRelease(context, failed);
  if (!release || release.deletionTimestamp !== undefined) return;
  const { deployed, failures } = release.flux;
  const full = `${namespace}/${kind.releasePrefix}${release.name}`;
  const chart = chartOf(release);
  if (deployed === undefined) {
    chart.uninstall(context, release);
    const forgotten = remember(context, release, { revision: 0, failures });
    setConditions(context, forgotten, kind, ["Ready"], {
      status: "False",
      reason: "UninstallSucceeded",
      message: `Helm uninstall remediation for release ${full}.v${before + 1} with chart ${kind.chart} succeeded`,
    });
    return;
  }
  const previous = chart.render(context, { ...release, values: deployed }, kind);
  if (previous.ok) previous.value();
  const restored = remember(context, release, {
    ...release.flux,
    deployed,
    revision: before + 2,
  });
  setConditions(context, restored, kind, ["Ready"], {
    status: "False",
    reason: "RollbackSucceeded",
    message: `Helm rollback to previous release ${full}.v${before} with chart ${kind.chart} succeeded`,
  });
}

/** Records what became of an action; `before` is the number of the newest Helm release until then. */
export function recordOutcome(
  context: FluxContext,
  started: HelmRelease,
  release: HelmRelease,
  kind: Kind,
  verb: Verb,
  outcome: Outcome,
): HelmRelease {
  const before = revisionOf(context, release);
  const full = `${context.namespace}/${kind.releasePrefix}${release.name}`;
  const word = verb === "install" ? "Install" : "Upgrade";
  if (outcome.ok) {
    const revision = before + 1;
    const deployed = remember(context, release, { deployed: started.values, chart: kind.chart, revision, failures: 0 });
    return setConditions(context, deployed, kind, ["Ready", "Released"], {
      status: "True",
      reason: `${word}Succeeded`,
      message: `Helm ${verb} succeeded for release ${full}.v${revision} with chart ${kind.chart}`,
    });
  }
  const failed = remember(context, release, {
    ...release.flux,
    revision: before + (outcome.applied ? 1 : 0),
    failures: release.flux.failures + 1,
  });
  return setConditions(context, failed, kind, ["Ready", "Released"], {
    status: "False",
    reason: `${word}Failed`,
    message: `Helm ${verb} failed for release ${full} with chart ${kind.chart}: ${outcome.text}`,
  });
}
