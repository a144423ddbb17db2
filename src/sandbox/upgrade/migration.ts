import type { PlatformVersion, Profile } from "../platform/profile.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import type { PlatformState } from "../store/platform-state.ts";

/** What a migration works on: the stored state, with the old platform's API and the new one's data. */
export interface MigrationContext {
  readonly state: PlatformState;
  readonly namespace: string;
  readonly from: Profile;
  readonly to: Profile;
}

/** A migration that an upgrade of the platform runs on every cluster. */
export interface Migration {
  readonly name: string;
  /** The version whose upgrade runs it. */
  readonly to: PlatformVersion;
  readonly run: (context: MigrationContext, cluster: HelmRelease) => void;
}
