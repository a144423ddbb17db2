import { jsonEqual } from "../../base/json.ts";
import type { Controller, Next } from "../platform/controller.ts";
import type { Kind } from "../platform/profile.ts";
import { fluxFinalizer, type HelmRelease } from "../store/helm-release.ts";
import { chartOf } from "./application-chart.ts";
import { currentRelease, type FluxContext } from "./context.ts";
import { recordOutcome, remediate, runHelm } from "./helm-action.ts";
import { revisionOf, setConditions } from "./release-status.ts";

/** Flux reconciles every release again this often. */
const intervalMs = 300_000;

/** Flux's helm-controller and Helm: turns the stored values of an application into a release (platform.md §7.1). */
export function releaseController(context: FluxContext): Controller {
  const { profile, state, scheduler } = context;
  /** The generation that Flux saw last, by uid. */
  const observed = new Map<string, number>();
  return {
    name: "Flux release",
    reconcile: async (key) => {
      const stored = state.releases.find(key);
      const kind = stored && profile.kinds.get(stored.kind);
      if (!stored || !kind) return undefined;
      const release = await withFinalizer(context, stored);
      if (!release) return undefined;
      if (release.deletionTimestamp !== undefined) {
        await uninstall(context, release);
        return currentRelease(context, release) && scheduler.due(intervalMs);
      }
      const isNew = observed.get(release.uid) !== release.generation;
      observed.set(release.uid, release.generation);
      // Values and a chart that equal the deployed release need no action, whatever the status says: a repaired cluster stays
      // `Ready=False` with the old text (platform.md §7.1).
      const { deployed, chart = kind.chart } = release.flux;
      if (deployed !== undefined && jsonEqual(deployed, release.values) && chart === kind.chart) {
        // Flux writes the generation that it observed, which clients see in the resource version only.
        if (isNew) state.releases.tick(release);
        return scheduler.due(intervalMs);
      }
      return await act(context, release, kind);
    },
  };
}

/** The release once Flux's finalizer is on it and Flux reacts to its values; at once where it is being deleted. */
async function withFinalizer(context: FluxContext, stored: HelmRelease): Promise<HelmRelease | undefined> {
  const { profile, state, scheduler } = context;
  if (stored.deletionTimestamp !== undefined || stored.finalizers.includes(fluxFinalizer)) return stored;
  const release = state.releases.write(stored, { finalizers: [...stored.finalizers, fluxFinalizer] });
  await scheduler.sleep(profile.pace.react - profile.pace.finalizer);
  return currentRelease(context, release);
}

/** Installs or upgrades a release, and answers when Flux looks at it again. */
async function act(context: FluxContext, start: HelmRelease, kind: Kind): Promise<Next> {
  const { profile, scheduler } = context;
  const { flux } = profile.capabilities;
  const verb = start.flux.deployed !== undefined || revisionOf(context, start) > 0 ? "upgrade" : "install";
  const progressing = setConditions(context, start, kind, ["Ready"], {
    status: "Unknown",
    reason: "Progressing",
    message: `Running '${verb}' action with timeout of ${flux.actionTimeoutText}`,
  });
  const outcome = await runHelm(context, progressing, kind, verb);
  const acted = currentRelease(context, start);
  if (!acted) return undefined;
  const before = revisionOf(context, acted);
  const recorded = recordOutcome(context, start, acted, kind, verb, outcome);
  if (!outcome.ok && outcome.applied && flux.remediatesFailures) await remediate(context, recorded, kind, before);
  const release = currentRelease(context, start);
  if (!release) return undefined;
  writeOnceMore(context, release);
  if (release.deletionTimestamp !== undefined || !jsonEqual(release.values, start.values)) {
    return scheduler.due(profile.pace.finalizer);
  }
  if (outcome.ok) return scheduler.due(intervalMs);
  const growth = flux.retriesDouble ? 2 ** (release.flux.failures - 1) : 1;
  return scheduler.due(Math.min(profile.pace.retry * growth, intervalMs));
}

/** A last write of Flux follows each result: a client that writes on `Ready` may meet it as a conflict on 1.1. */
function writeOnceMore(context: FluxContext, release: HelmRelease): void {
  const { profile, state, scheduler } = context;
  scheduler.after(profile.pace.refuse, () => {
    const current = currentRelease(context, release);
    if (current && current.deletionTimestamp === undefined) state.releases.tick(current);
  });
}

async function uninstall(context: FluxContext, release: HelmRelease): Promise<void> {
  const { profile, state, scheduler } = context;
  const { pace } = profile;
  await scheduler.sleep(Math.max(0, pace.uninstall - pace.finalizer));
  if (!currentRelease(context, release)) return;
  chartOf(release).uninstall(context, release);
  await scheduler.sleep(pace.uninstallEnd);
  const last = currentRelease(context, release);
  if (last) state.releases.write(last, { finalizers: last.finalizers.filter((one) => one !== fluxFinalizer) });
}
