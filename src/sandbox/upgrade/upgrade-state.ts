import { isJsonObject } from "../../base/json.ts";
import { toApplication } from "../api/application/application.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { loadProfile, type PlatformVersion, platformVersions } from "../platform/profile.ts";
import { createPlatformState, type PlatformSnapshot } from "../store/platform-state.ts";
import { migrations } from "./migrations.ts";

/** Whether the platform can be upgraded from one version to another. */
export const isUpgrade = (from: string, to: PlatformVersion): boolean =>
  platformVersions.some((version, index) => version === from && index < platformVersions.indexOf(to));

/**
 * Plays an upgrade of the platform: its migrations patch every cluster on the old API server, one migration after another. What the new
 * charts make of the patched clusters is the work of the controllers that start afterwards. The given state is not changed.
 *
 * @param now milliseconds since the epoch.
 */
export function upgradeState(
  world: PlatformSnapshot,
  { from, to, namespace }: { readonly from: PlatformVersion; readonly to: PlatformVersion; readonly namespace: string },
  now: () => number,
): PlatformSnapshot {
  const state = createPlatformState(structuredClone(world), now);
  const [before, after] = [loadProfile(from), loadProfile(to)];
  const kind = before.kinds.get("Kubernetes");
  if (kind === undefined) return world;
  for (const { patch } of migrations(before, after)) {
    for (const release of state.releases.list(kind.name)) {
      const shown = toApplication(release, kind, namespace);
      const spec = isJsonObject(shown["spec"]) ? shown["spec"] : {};
      const change = patch(spec);
      if (change === undefined) continue;
      const values = mergePatch(spec, change);
      // Like every patch, it drops the finalizer until Flux restores it (platform.md §1.11).
      if (isJsonObject(values)) state.releases.write(release, { values, finalizers: [] });
    }
  }
  return state.snapshot();
}
