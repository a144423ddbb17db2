import type { ClusterState } from "./cluster-state.ts";
import { createReleaseStore, type HelmRelease, type ReleaseStore } from "./helm-release.ts";
import type { KubeObject } from "./kube-object.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import type { Timing } from "../platform/pace.ts";

/** Everything the sandbox remembers, as it is written to disk. */
export interface WorldState {
  resourceVersion: number;
  releases: HelmRelease[];
  objects: Record<string, KubeObject[]>;
  clusters: ClusterState[];
}

export const emptyWorld: WorldState = { resourceVersion: 200, releases: [], objects: {}, clusters: [] };

/** The platform's storage: one counter of versions, HelmReleases, other objects, and what runs beneath them. */
export interface World {
  readonly releases: ReleaseStore;
  readonly objects: ObjectStore;
  readonly clusters: Map<string, ClusterState>;
  version(): number;
  /** Calls the listener after every change until it is taken off. */
  onChange(listener: () => void): () => void;
  onRelease(listener: (release: HelmRelease, gone: boolean) => void): void;
  /** Announces a change of `clusters`. */
  changed(): void;
  dump(): WorldState;
}

export function createWorld(initial: WorldState, timing: Timing): World {
  let resourceVersion = initial.resourceVersion;
  const listeners = new Set<() => void>();
  const releaseListeners = new Set<(release: HelmRelease, gone: boolean) => void>();
  const nextVersion = () => {
    resourceVersion += 1;
    return resourceVersion;
  };
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const releases = createReleaseStore(initial.releases, nextVersion, timing.now, (release, gone) => {
    if (gone) nextVersion();
    changed();
    for (const listener of releaseListeners) listener(release, gone);
  });
  const objects = createObjectStore(initial.objects, nextVersion, timing.now, changed);
  const clusters = new Map(initial.clusters.map((cluster) => [cluster.name, cluster]));
  return {
    releases,
    objects,
    clusters,
    version: () => resourceVersion,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRelease: (listener) => releaseListeners.add(listener),
    changed,
    dump: () => ({
      resourceVersion,
      releases: releases.dump(),
      objects: objects.dump(),
      clusters: [...clusters.values()],
    }),
  };
}
