import type { ClusterState } from "./cluster-state.ts";
import type { HelmRelease } from "./helm-release.ts";
import type { KubeObject } from "./kube-object.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { createReleaseStore, type ReleaseStore } from "./release-store.ts";

/** The state of the platform as it is written to disk. */
export interface PlatformSnapshot {
  resourceVersion: number;
  releases: HelmRelease[];
  objects: Record<string, KubeObject[]>;
  clusters: ClusterState[];
}

export const emptySnapshot: PlatformSnapshot = { resourceVersion: 200, releases: [], objects: {}, clusters: [] };

/** The state that the API and all controllers share: HelmReleases, other objects, the clusters below them, one counter of versions. */
export interface PlatformState {
  readonly releases: ReleaseStore;
  readonly objects: ObjectStore;
  readonly clusters: Map<string, ClusterState>;
  /** The newest resource version. */
  version(): number;
  /** Counts the newest resource version up. */
  nextVersion(): number;
  /** Calls the listener after every change. The result removes it. */
  onChange(listener: () => void): () => void;
  /** Reports a change of `clusters`. */
  changed(): void;
  snapshot(): PlatformSnapshot;
}

export function createPlatformState(initial: PlatformSnapshot, now: () => number): PlatformState {
  let resourceVersion = initial.resourceVersion;
  const listeners = new Set<() => void>();
  const nextVersion = () => {
    resourceVersion += 1;
    return resourceVersion;
  };
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  const releases = createReleaseStore(initial.releases, { nextVersion, now, changed });
  const objects = createObjectStore(initial.objects, { nextVersion, now, changed });
  const clusters = new Map(initial.clusters.map((cluster) => [cluster.name, cluster]));
  return {
    releases,
    objects,
    clusters,
    version: () => resourceVersion,
    nextVersion,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed,
    snapshot: () => ({
      resourceVersion,
      releases: releases.dump(),
      objects: objects.dump(),
      clusters: [...clusters.values()],
    }),
  };
}
