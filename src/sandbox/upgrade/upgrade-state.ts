import { renderCluster } from "../chart/cluster-chart.ts";
import { createClusterObjects } from "../machines/cluster-objects.ts";
import { loadProfile, type PlatformVersion, platformVersions } from "../platform/profile.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import { createPlatformState, type PlatformSnapshot } from "../store/platform-state.ts";
import type { MigrationContext } from "./migration.ts";
import { migrations } from "./migrations.ts";

/** Whether the platform can be upgraded from one version to another. */
export const isUpgrade = (from: string, to: PlatformVersion): boolean =>
  platformVersions.some((version, index) => version === from && index < platformVersions.indexOf(to));

/**
 * Plays an upgrade of the platform, one version after another: its migrations change every cluster. What the new charts make of the
 * clusters is the work of the controllers that start afterwards. The given state is not changed.
 *
 * @param now milliseconds since the epoch.
 */
export function upgradeState(
  world: PlatformSnapshot,
  { from, to, namespace }: { readonly from: PlatformVersion; readonly to: PlatformVersion; readonly namespace: string },
  now: () => number,
): PlatformSnapshot {
  const state = createPlatformState(structuredClone(world), now);
  const passed = platformVersions.slice(platformVersions.indexOf(from), platformVersions.indexOf(to) + 1);
  const clusters = () => state.releases.list("Kubernetes");
  passed.slice(1).forEach((version, index) => {
    const context = { state, namespace, from: loadProfile(passed[index] ?? from), to: loadProfile(version) };
    // A version that is passed on the way has rolled out its charts.
    if (index > 0) for (const release of clusters()) renderOld(context, release, now);
    const before = new Map(clusters().map(({ uid, generation }) => [uid, generation]));
    for (const migration of migrations.filter((one) => one.to === version)) {
      for (const release of clusters()) migration.run(context, release);
    }
    const patched = clusters().filter(({ uid, generation }) => before.get(uid) !== generation);
    for (const release of patched) renderOld(context, release, now);
  });
  return state.snapshot();
}

/** The charts of the old platform act on what a migration patched: on 1.1, every group starts with two machines again (platform.md §3.5). */
function renderOld({ state, from }: MigrationContext, release: HelmRelease, now: () => number): void {
  const kind = from.kinds.get(release.kind);
  if (kind === undefined) return;
  const rendering = renderCluster(from, kind, release.values);
  if (!rendering.ok) return;
  const scheduler = { now, due: (ms: number) => now() + ms };
  const objects = createClusterObjects({ profile: from, state, scheduler, changed: () => {} });
  objects.applyCluster(release.name, kind.releasePrefix + release.name, rendering.value);
}
