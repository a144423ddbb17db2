import { jsonEqual } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { renderCluster, renderPool } from "./chart.ts";
import type { FaultScript } from "./faults.ts";
import { type Condition, fluxFinalizer, type HelmRelease, releaseKey } from "./helm-release.ts";
import { timestamp } from "./kube-object.ts";
import type { Machines } from "./machines.ts";
import { type Pace, Stopped, type Timing } from "./pace.ts";
import type { Kind, Profile } from "./profile.ts";
import type { World } from "./world.ts";

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

type Outcome = { readonly ok: true } | { readonly ok: false; readonly text: string };

export function createFlux(options: FluxOptions): Flux {
  const { profile, namespace, world, timing, pace, machines, faults, log } = options;
  /** Releases at work, and those that changed meanwhile. */
  const busy = new Set<string>();
  const pending = new Map<string, () => void>();

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
        if (busy.has(key)) return;
        busy.add(key);
        reconcile(release)
          .catch((error: unknown) => {
            if (!(error instanceof Stopped))
              log("error", "the sandbox's Flux failed", { release: key, error: String(error) });
          })
          .finally(() => {
            busy.delete(key);
            const still = current(release);
            if (still && !pending.has(key)) schedule(still, interval);
          });
      }),
    );
  };

  const condition = (
    release: HelmRelease,
    type: string,
    status: Condition["status"],
    reason: string,
    message: string,
  ) => {
    const previous = release.status.conditions?.find((one) => one.type === type);
    const same = previous?.status === status && previous.reason === reason && previous.message === message;
    const lastTransitionTime = same ? previous.lastTransitionTime : timestamp(timing.now());
    return { type, status, lastTransitionTime, reason, message };
  };

  const setConditions = (release: HelmRelease, kind: Kind, changed: readonly Condition[]): HelmRelease => {
    const kept = (release.status.conditions ?? []).filter((old) => !changed.some((one) => one.type === old.type));
    const conditions = [...kept, ...changed].sort((a, b) => (a.type < b.type ? -1 : 1));
    return world.releases.write(release, { status: { version: kind.chart.replace(/^.*@/, ""), conditions } });
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
    if (release.flux.deployed !== undefined && jsonEqual(release.flux.deployed, release.values)) return;
    await act(release, kind);
  };

  const act = async (start: HelmRelease, kind: Kind): Promise<void> => {
    const existing = start.kind === "Kubernetes" && world.clusters.has(start.name);
    const installed = start.flux.deployed !== undefined || (start.flux.revision > 0 && existing);
    const verb = installed ? "upgrade" : "install";
    const values = start.values;
    const full = `${namespace}/${kind.releasePrefix}${start.name}`;
    let release = setConditions(start, kind, [
      condition(
        start,
        "Ready",
        "Unknown",
        "Progressing",
        `Running '${verb}' action with timeout of ${pace.actionTimeoutText}`,
      ),
    ]);
    const outcome = await run(release, verb);
    const after = current(release);
    if (!after) return;
    release = after;
    const reason = `${verb === "install" ? "Install" : "Upgrade"}${outcome.ok ? "Succeeded" : "Failed"}`;
    const revision = release.flux.revision + 1;
    const message = outcome.ok
      ? `Helm ${verb} succeeded for release ${full}.v${revision} with chart ${kind.chart}`
      : `Helm ${verb} failed for release ${full} with chart ${kind.chart}: ${outcome.text}`;
    const status = outcome.ok ? "True" : "False";
    const failures = outcome.ok ? 0 : release.flux.failures + 1;
    release = world.releases.write(release, {
      flux: outcome.ok ? { deployed: values, revision, failures } : { ...release.flux, failures },
    });
    release = setConditions(release, kind, [
      condition(release, "Ready", status, reason, message),
      condition(release, "Released", status, reason, message),
    ]);
    if (release.deletionTimestamp !== undefined || !jsonEqual(release.values, values))
      schedule(release, pace.finalizer);
    else if (!outcome.ok) {
      schedule(release, pace.retryGrows ? Math.min(pace.retry * 2 ** (failures - 1), 300_000) : pace.retry);
    }
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
    while ((verb === "install" && !machines.isReady(cluster)) || faults.of(cluster).neverFinishes) {
      if (timing.now() >= deadline) return { ok: false, text: "context deadline exceeded" };
      if (current(release)?.deletionTimestamp !== undefined) return { ok: false, text: "context canceled" };
      await timing.sleep(20);
    }
    await timing.sleep(verb === "install" ? pace.settleInstall : pace.settleUpgrade);
    return { ok: true };
  };

  const render = (release: HelmRelease): { ok: true; apply: () => void } | { ok: false; text: string } => {
    const kind = profile.kinds.get(release.kind);
    if (!kind) return { ok: false, text: "no chart" };
    const owner = kind.releasePrefix + release.name;
    if (release.kind === "Kubernetes") {
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
