import { earliest, type ImmediateController } from "../platform/controller.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { PlatformState } from "../store/platform-state.ts";

/** Kamaji: brings a control plane up, and to the version that it is being upgraded to. */
export function controlPlaneController(state: PlatformState, scheduler: Scheduler): ImmediateController {
  return {
    name: "control plane",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      if (!cluster) return undefined;
      const now = scheduler.now();
      if (cluster.upgrade && cluster.upgrade.at <= now) {
        cluster.version = cluster.upgrade.version;
        delete cluster.upgrade;
      }
      return earliest(cluster.upgrade?.at, cluster.readyAt > now ? cluster.readyAt : undefined);
    },
  };
}
