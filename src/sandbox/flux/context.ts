import type { ClusterObjects } from "../machines/cluster-objects.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { Profile } from "../platform/profile.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import { type HelmRelease, releaseKey } from "../store/helm-release.ts";
import type { PlatformState } from "../store/platform-state.ts";

/** What Flux and Helm work on. */
export interface FluxContext {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly objects: ClusterObjects;
  readonly faults: FaultScript;
}

/** The stored version of a release; undefined once it is gone, even where a new one has its name. */
export function currentRelease({ state }: FluxContext, release: HelmRelease): HelmRelease | undefined {
  const found = state.releases.find(releaseKey(release.kind, release.name));
  return found?.uid === release.uid ? found : undefined;
}
