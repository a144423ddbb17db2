import { jsonEqual } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { renderCluster, renderPool } from "../chart/chart.ts";
import type { FaultScript } from "../platform/faults.ts";
import { type Condition, type FluxMemory, fluxFinalizer, type HelmRelease, releaseKey } from "../store/helm-release.ts";
import type { Machines } from "../machines/machines.ts";
import { type Pace, Stopped, type Timing } from "../platform/pace.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { nextCondition, withConditions } from "../store/release-conditions.ts";
import type { World } from "../store/world.ts";

/** Flux's helm-controller and Helm beneath it: turns stored values into releases, in the manner of platform.md §7.1. */
export interface Flux {
  /** Looks at a release soon: its stored values changed or it is being deleted. */
  touched(release: HelmRelease): void;
  /** Takes every release up again after a restart. */
  resume(): void;
}

export interface FluxOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly timing: Timing;
  readonly pace: Pace;
  readonly machines: Machines;
  readonly faults: FaultScript;
  readonly log: Log;
}

/** Flux looks at every release again this often. */
const interval = 300_000;

type Outcome = { readonly ok: true } | { readonly ok: false; readonly text: string; readonly applied?: boolean };

const both = (status: Condition["status"], reason: string, message: string) =>
  [
    ["Ready", status, reason, message],
    ["Released", status, reason, message],
  ] as const;

export function createFlux(options: FluxOptions): Flux {
  const { profile, namespace, world, timing, pace, machines, faults, log } = options;
  /** Releases at work, and those that changed meanwhile. */
  const busy = new Set<string>();
  const missed = new Set<string>();
  const pending = new Map<string, () => void>();
  const observed = new Map<string, number>();

  const current = (release: HelmRelease): HelmRelease | undefined => {
    const found = world.releases.get(release.kind, release.name);
    return found?.uid === release.uid ? found : undefined;
  };

  const schedule = (release: HelmRelease, delay: number): void => {
    const key = releaseKey(release.kind, release.name);
    pending.get(key)?.();
    pending.set(
      key,
      timing.after(delay, () => {
        pending.delete(key);
        if (busy.has(key)) {
          // As a controller's work queue: what comes in the middle is looked at right after.
          missed.add(key);
          return;
        }
        busy.add(key);
        reconcile(release)
          .catch((error: unknown) => {
            if (!(error instanceof Stopped))
              log("error", "the sandbox's Flux failed", { release: key, error: String(error) });
          })
          .finally(() => {
            busy.delete(key);
            const still = current(release);
            const hasMissed = missed.delete(key);
            if (still && !pending.has(key)) schedule(still, hasMissed ? pace.finalizer : interval);
          });
      }),
    );
  };

  type Told = readonly [type: string, status: Condition["status"], reason: string, message: string];
  const tell = (release: HelmRelease, kind: Kind, ...told: readonly Told[]): HelmRelease => {
    const changed = told.map((one) => nextCondition(release, timing.now(), ...one));
    const conditions = withConditions(release, changed);
    return world.releases.write(release, { status: { version: kind.chart.replace(/^.*@/, ""), conditions } });
  };

  /** Number of the newest Helm release. Helm's own memory outlives a HelmRelease that went without its finalizer. */
  const revisionOf = (release: HelmRelease): number => {
    const cluster = release.kind === "Kubernetes" ? world.clusters.get(release.name) : undefined;
    return Math.max(release.flux.revision, cluster?.helmRevision ?? 0);
  };
  const remember = (release: HelmRelease, flux: FluxMemory): HelmRelease => {
    const cluster = release.kind === "Kubernetes" ? world.clusters.get(release.name) : undefined;
    if (cluster) cluster.helmRevision = flux.revision;
    return world.releases.write(release, { flux });
  };

  const reconcile = async (seen: HelmRelease): Promise<void> => {
    let release = current(seen);
    const kind = profile.kinds.get(seen.kind);
    if (!release || !kind) return;
    if (release.deletionTimestamp !== undefined) return await uninstall(release);
    if (!release.finalizers.includes(fluxFinalizer)) {
      release = world.releases.write(release, { finalizers: [...release.finalizers, fluxFinalizer] });
      await timing.sleep(pace.react - pace.finalizer);
      release = current(release);
      if (!release) return;
      if (release.deletionTimestamp !== undefined) return await uninstall(release);
    }
    // Values that equal the deployed release leave nothing to do, whatever the status says: a repaired cluster stays
    // `Ready=False` with the old text (platform.md §7.1).
    if (release.flux.deployed !== undefined && jsonEqual(release.flux.deployed, release.values)) {
      // Flux still writes its own observed generation, which nobody sees but the resource version.
      if (observed.get(release.uid) !== release.generation) world.releases.tick(release);
      observed.set(release.uid, release.generation);
      return;
    }
    observed.set(release.uid, release.generation);
    await act(release, kind);
  };

  const act = async (start: HelmRelease, kind: Kind): Promise<void> => {
    const verb = start.flux.deployed !== undefined || revisionOf(start) > 0 ? "upgrade" : "install";
    const { values } = start;
    const full = `${namespace}/${kind.releasePrefix}${start.name}`;
    const running = `Running '${verb}' action with timeout of ${pace.actionTimeoutText}`;
    const outcome = await run(tell(start, kind, ["Ready", "Unknown", "Progressing", running]), verb);
    let release = current(start);
    if (!release) return;
    const word = verb === "install" ? "Install" : "Upgrade";
    const before = revisionOf(release);
    if (outcome.ok) {
      const revision = before + 1;
      const message = `Helm ${verb} succeeded for release ${full}.v${revision} with chart ${kind.chart}`;
      release = remember(release, { deployed: values, revision, failures: 0 });
      release = tell(release, kind, ...both("True", `${word}Succeeded`, message));
    } else {
      const message = `Helm ${verb} failed for release ${full} with chart ${kind.chart}: ${outcome.text}`;
      const failures = release.flux.failures + 1;
      const revision = before + (outcome.applied ? 1 : 0);
      release = remember(release, { ...release.flux, revision, failures });
      release = tell(release, kind, ...both("False", `${word}Failed`, message));
      if (outcome.applied && pace.remediates) await remediate(release, kind, full, before);
    }
    release = current(start);
    if (!release) return;
    const finished = release;
    // A last write of Flux's own follows the result: whoever writes on `Ready` may meet it as a conflict on 1.1.
    timing.after(pace.refuse, () => {
      const still = current(finished);
      if (still && still.deletionTimestamp === undefined) world.releases.tick(still);
    });
    if (release.deletionTimestamp !== undefined || !jsonEqual(release.values, values)) {
      schedule(release, pace.finalizer);
    } else if (!outcome.ok) {
      const growth = pace.retryGrows ? 2 ** (release.flux.failures - 1) : 1;
      schedule(release, Math.min(pace.retry * growth, interval));
    }
  };

  /** 1.1 undoes an action that failed half-way: an install is uninstalled, an upgrade rolled back (platform.md §1.10). */
  const remediate = async (failed: HelmRelease, kind: Kind, full: string, before: number): Promise<void> => {
    await timing.sleep(pace.retry);
    const release = current(failed);
    if (!release || release.deletionTimestamp !== undefined) return;
    const { deployed, failures } = release.flux;
    if (deployed === undefined) {
      machines.removeCluster(release.name);
      const text = `Helm uninstall remediation for release ${full}.v${before + 1} with chart ${kind.chart} succeeded`;
      tell(remember(release, { revision: 0, failures }), kind, ["Ready", "False", "UninstallSucceeded", text]);
      return;
    }
    const previous = render({ ...release, values: deployed });
    if (previous.ok) previous.apply();
    const text = `Helm rollback to previous release ${full}.v${before} with chart ${kind.chart} succeeded`;
    tell(remember(release, { deployed, revision: before + 2, failures }), kind, [
      "Ready",
      "False",
      "RollbackSucceeded",
      text,
    ]);
  };

  const run = async (release: HelmRelease, verb: "install" | "upgrade"): Promise<Outcome> => {
    const cluster = release.kind === "Kubernetes" ? release.name : String(release.values["cluster"] ?? "");
    const fault = faults.of(cluster);
    if (fault.installFails !== undefined) {
      await timing.sleep(pace.refuse);
      return { ok: false, text: fault.installFails };
    }
    const rendering = render(release);
    if (!rendering.ok) {
      await timing.sleep(pace.refuse);
      return rendering;
    }
    await timing.sleep(pace.apply);
    if (!current(release)) return { ok: false, text: "the release is gone" };
    rendering.apply();
    const deadline = timing.due(pace.actionTimeout);
    const earliest = timing.due(fault.actionMs ?? 0);
    const isBusy = () =>
      timing.now() < earliest || (verb === "install" && !machines.isReady(cluster)) || faults.of(cluster).neverFinishes;
    // Nothing cuts an action short: an object that is deleted meanwhile is looked at when the action has ended (platform.md §1.11).
    while (isBusy()) {
      if (timing.now() >= deadline) return { ok: false, text: "context deadline exceeded", applied: true };
      await timing.sleep(timing.now() < earliest ? 500 : 20);
    }
    await timing.sleep(verb === "install" ? pace.settleInstall : pace.settleUpgrade);
    return { ok: true };
  };

  const render = (release: HelmRelease): { ok: true; apply: () => void } | { ok: false; text: string } => {
    const kind = profile.kinds.get(release.kind);
    if (!kind) return { ok: false, text: "no chart" };
    const owner = kind.releasePrefix + release.name;
    if (release.kind === "Kubernetes") {
      // The first label of the chart that a long name makes too long for Kubernetes: seen on both platforms with 42 characters.
      const label = `${owner}-cluster-autoscaler`;
      if (label.length > 63) {
        const text = `1 error occurred:\n\t* Deployment.apps "${label}" is invalid: metadata.labels: Invalid value: "${label}": must be no more than 63 characters\n\n`;
        return { ok: false, text };
      }
      const rendering = renderCluster(profile, kind, release.values);
      if (!rendering.ok) return rendering;
      const taken = rendering.value.groups.find((group) => foreignOwner(release.name, group.name, owner) !== undefined);
      if (taken) {
        const other = foreignOwner(release.name, taken.name, owner);
        const text = `Unable to continue with update: MachineDeployment "${owner}-${taken.name}" in namespace "${namespace}" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "${owner}": current value is "${other}"`;
        return { ok: false, text };
      }
      return { ok: true, apply: () => machines.applyCluster(release.name, owner, rendering.value) };
    }
    if (release.kind === "KubernetesNodes") {
      const rendering = renderPool(profile, kind, release.name, release.values);
      if (!rendering.ok) return rendering;
      const { cluster, group } = rendering.value;
      const other = foreignOwner(cluster, group.name, owner);
      if (other !== undefined) {
        const deployment = `kubernetes-${cluster}-${group.name}`;
        const text = `execution error at (kubernetes-nodes/templates/nodes.yaml:1:4): kubernetes-nodes: MachineDeployment "${deployment}" in namespace "${namespace}" is already managed by release "${other}", not this pool release "${owner}"`;
        return { ok: false, text };
      }
      return { ok: true, apply: () => machines.applyPool(cluster, owner, group) };
    }
    return { ok: true, apply: () => {} };
  };

  const foreignOwner = (cluster: string, group: string, owner: string): string | undefined => {
    const existing = world.clusters.get(cluster)?.groups[group]?.owner;
    return existing === owner ? undefined : existing;
  };

  const uninstall = async (release: HelmRelease): Promise<void> => {
    await timing.sleep(Math.max(0, pace.uninstall - pace.finalizer));
    const still = current(release);
    if (!still) return;
    if (release.kind === "Kubernetes") machines.removeCluster(release.name);
    else if (release.kind === "KubernetesNodes") {
      machines.removeGroups(String(release.values["cluster"] ?? ""), `kubernetes-nodes-${release.name}`);
    }
    await timing.sleep(pace.uninstallEnd);
    const last = current(release);
    if (last) world.releases.write(last, { finalizers: last.finalizers.filter((one) => one !== fluxFinalizer) });
  };

  return {
    touched: (release) => schedule(release, pace.finalizer),
    resume: () => {
      for (const kind of profile.kinds.keys()) for (const release of world.releases.list(kind)) schedule(release, 0);
    },
  };
}
