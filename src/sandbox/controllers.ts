import type { Log } from "../base/log.ts";
import { releaseController } from "./flux/release-controller.ts";
import { addonController } from "./machines/addon-controller.ts";
import { createClusterObjects } from "./machines/cluster-objects.ts";
import { controlPlaneController } from "./machines/control-plane-controller.ts";
import { monitorController } from "./machines/monitor-controller.ts";
import { nodeGroupController } from "./machines/node-group-controller.ts";
import type { Quota } from "./machines/quota.ts";
import { inSequence, runController } from "./platform/controller.ts";
import { createFaults, type FaultScript } from "./platform/faults.ts";
import type { Profile } from "./platform/profile.ts";
import type { Scheduler } from "./platform/scheduler.ts";
import { type HelmRelease, releaseKey } from "./store/helm-release.ts";
import type { PlatformState } from "./store/platform-state.ts";
import { templateNode } from "./tenant/computed/tenant-node.ts";
import { tenantApiController } from "./tenant/tenant-api-controller.ts";
import { createTenantWorlds } from "./tenant/tenant-world.ts";
import { workloadController } from "./workloads/workload-controller.ts";

interface ControllersOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly quota: Quota;
  /** Whether the platform's own controllers run beside Flux. */
  readonly all: boolean;
  readonly log: Log;
  /** Writes the state to disk where that is wanted. */
  readonly save: () => void;
}

/** Everything that runs beside the API server. */
export interface Controllers {
  readonly faults: FaultScript;
  /** Reports that the stored values of a release changed or that it is being deleted. */
  releaseChanged(release: HelmRelease): void;
  /** Reconciles everything that is stored: after a restart. */
  resume(): void;
  stop(): Promise<void>;
}

export function createControllers(options: ControllersOptions): Controllers {
  const { profile, namespace, state, scheduler, all, log } = options;
  const { pace } = profile;
  const faults = createFaults(() => touchClusters());
  const common = { profile, namespace, state, scheduler, faults, lineage: all, log };
  const worlds = createTenantWorlds({ ...common, written: (name) => workloads.touch(name) });
  const tenantApis = tenantApiController({ ...common, worlds, save: options.save });
  const cluster = inSequence(
    "cluster",
    [
      controlPlaneController(state, scheduler),
      nodeGroupController({ ...common, pace, quota: all ? options.quota : undefined }),
      addonController(state, scheduler, pace.addon),
      monitorController(common),
      tenantApis,
      { name: "workload trigger", reconcile: (name) => void workloads.touch(name) },
    ],
    state.changed,
  );
  const loop = { scheduler, log, pauseMs: pace.finalizer };
  const workload = workloadController({
    tenant: namespace,
    state,
    scheduler,
    pace,
    worlds,
    templateNode: (cluster, group) => templateNode(cluster.name, group, profile.capabilities.tenant.nodeSystem),
    scaled: (name) => clusters.touch(name, 0),
  });
  const workloads = runController(workload, loop);
  const clusters = runController(cluster, loop);
  const objects = createClusterObjects({ profile, state, scheduler, changed: (name) => clusters.touch(name) });
  const releases = runController(releaseController({ ...common, objects }), loop);
  const touchClusters = () => {
    for (const name of [...state.clusters.keys()]) clusters.touch(name);
  };
  return {
    faults,
    releaseChanged: (release) => releases.touch(releaseKey(release.kind, release.name), pace.finalizer),
    resume: () => {
      touchClusters();
      for (const { kind, name } of state.releases.dump()) releases.touch(releaseKey(kind, name), 0);
    },
    stop: tenantApis.stop,
  };
}
