import { createKindRegistry } from "../objects/kind-registry.ts";
import { createObjectView } from "../objects/object-view.ts";
import { resources } from "../objects/served-kind.ts";
import type { WriteContext } from "../objects/write-context.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { Profile } from "../platform/profile.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import type { PlatformState } from "../store/platform-state.ts";
import { createTenantStore } from "../store/tenant-store.ts";
import { computedObjects, overlaid } from "./computed/computed-objects.ts";

interface TenantWorldsOptions {
  readonly profile: Profile;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly faults: FaultScript;
  /** Called with the name of a cluster after a client has written in it. */
  readonly written: (cluster: string) => void;
}

/** What is inside a cluster, for its API server and its controllers; the same at every call. */
export type TenantWorlds = (cluster: ClusterState) => WriteContext;

export function createTenantWorlds(options: TenantWorldsOptions): TenantWorlds {
  const worlds = new WeakMap<ClusterState, WriteContext>();
  return (cluster) => {
    const known = worlds.get(cluster) ?? createWorld(options, cluster);
    worlds.set(cluster, known);
    return known;
  };
}

function createWorld(options: TenantWorldsOptions, cluster: ClusterState): WriteContext {
  const { profile, state, scheduler, faults } = options;
  const { nextVersion, version, changed } = state;
  const store = createTenantStore({ cluster, nextVersion, version, changed });
  const stuck = () => faults.of(cluster.name).groupStuck;
  const source = { cluster, profile, store, now: scheduler.now, stuck };
  const computed = (resource: string) => computedObjects(source, resource);
  const view = createObjectView({ store, computed, overlay: overlaid, nextVersion });
  const kinds = createKindRegistry(() => view.list(resources.customResourceDefinitions));
  const written = () => options.written(cluster.name);
  return { cluster, kinds, view, store, now: scheduler.now, written };
}
