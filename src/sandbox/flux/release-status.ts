import type { Kind } from "../platform/profile.ts";
import type { Condition, FluxMemory, HelmRelease } from "../store/helm-release.ts";
import { timestamp } from "../store/kube-object.ts";
import type { FluxContext } from "./context.ts";

interface ConditionContent {
  readonly status: Condition["status"];
  readonly reason: string;
  readonly message: string;
}

/** Sets conditions of a release. The time of a condition changes only with its status, reason or message (platform.md §7.1). */
export function setConditions(
  { state, scheduler }: FluxContext,
  release: HelmRelease,
  kind: Kind,
  types: readonly ("Ready" | "Released")[],
  content: ConditionContent,
): HelmRelease {
  const previous = release.status.conditions ?? [];
  const changed = types.map((type): Condition => {
    const old = previous.find((one) => one.type === type);
    const isSame = old?.status === content.status && old.reason === content.reason && old.message === content.message;
    return { type, ...content, lastTransitionTime: isSame ? old.lastTransitionTime : timestamp(scheduler.now()) };
  });
  const kept = previous.filter((old) => !changed.some((one) => one.type === old.type));
  const conditions = [...kept, ...changed].sort((a, b) => (a.type < b.type ? -1 : 1));
  return state.releases.write(release, { status: { version: kind.chart.replace(/^.*@/, ""), conditions } });
}

/** Number of the newest Helm release. Helm's own records survive a HelmRelease that is removed without being uninstalled. */
export function revisionOf({ state }: FluxContext, release: HelmRelease): number {
  const cluster = release.kind === "Kubernetes" ? state.clusters.get(release.name) : undefined;
  return Math.max(release.flux.revision, cluster?.helmRevision ?? 0);
}

export function remember({ state }: FluxContext, release: HelmRelease, flux: FluxMemory): HelmRelease {
  const cluster = release.kind === "Kubernetes" ? state.clusters.get(release.name) : undefined;
  if (cluster) cluster.helmRevision = flux.revision;
  return state.releases.write(release, { flux });
}
