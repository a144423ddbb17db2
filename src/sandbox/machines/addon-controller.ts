import { earliest, type ImmediateController, type Next } from "../platform/controller.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { AddonState, ClusterState } from "../store/cluster-state.ts";
import type { PlatformState } from "../store/platform-state.ts";

/**
 * The Helm releases inside a tenant cluster: installs each after the ones it depends on, uninstalls what is no longer wanted.
 *
 * @param durationMs of an install or uninstall. Lifecycle milliseconds.
 */
export function addonController(state: PlatformState, scheduler: Scheduler, durationMs: number): ImmediateController {
  const advance = (cluster: ClusterState, name: string, addon: AddonState, now: number): Next => {
    const isDeployed = (dependency: string): boolean => {
      const other = cluster.addons[dependency];
      return other?.wanted === true && other.deployedAt !== undefined && other.deployedAt <= now;
    };
    if (addon.wanted && addon.deployedAt === undefined && addon.release.dependsOn.every(isDeployed)) {
      addon.deployedAt = scheduler.due(durationMs);
    }
    if (!addon.wanted) addon.goneAt ??= scheduler.due(durationMs);
    if (addon.goneAt !== undefined && addon.goneAt <= now) {
      delete cluster.addons[name];
      return undefined;
    }
    const moment = addon.goneAt ?? addon.deployedAt ?? 0;
    return moment > now ? moment : undefined;
  };
  return {
    name: "add-on",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      const now = scheduler.now();
      if (!cluster || cluster.readyAt > now) return undefined;
      return earliest(...Object.entries(cluster.addons).map(([key, addon]) => advance(cluster, key, addon, now)));
    },
  };
}
