import type { JsonObject } from "../../base/json.ts";
import type { KindName } from "../platform/profile.ts";

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastTransitionTime: string;
  readonly reason: string;
  readonly message: string;
}

export interface ReleaseStatus {
  readonly version?: string;
  readonly conditions?: readonly Condition[];
}

/** The records of Flux and Helm about a release: their own storage, not part of the object. */
export interface FluxMemory {
  /** Values of the deployed Helm release; absent before the first success. */
  readonly deployed?: JsonObject;
  /** Chart of the deployed Helm release, `<chart>@<version>`; absent in a state of an earlier version. */
  readonly chart?: string;
  /** Number of the newest Helm release, N of `.vN`. */
  readonly revision: number;
  /** Failures in a row. */
  readonly failures: number;
}

/**
 * The Flux `HelmRelease` behind an application: the only thing the platform stores (platform.md §1.2). Immutable: a write
 * creates a new version, and earlier ones stay readable for stale answers.
 */
export interface HelmRelease {
  readonly kind: KindName;
  /** The application's name, without the release prefix. */
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: number;
  readonly generation: number;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers: readonly string[];
  /** The user's labels and annotations, without the stored prefix. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: JsonObject;
  readonly status: ReleaseStatus;
  readonly flux: FluxMemory;
}

/** A stored HelmRelease in the form of the recordings' `stored`. */
export interface StoredRelease {
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly finalizers: readonly string[] | null;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: JsonObject;
}

export const fluxFinalizer = "finalizers.fluxcd.io";
const prefix = "apps.cozystack.io-";

export function storedView(release: HelmRelease): StoredRelease {
  const prefixed = (own: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(own).map(([key, value]) => [prefix + key, value]));
  const annotations = prefixed(release.annotations);
  return {
    annotations: Object.keys(annotations).length > 0 ? annotations : null,
    finalizers: release.finalizers.length > 0 ? release.finalizers : null,
    generation: release.generation,
    labels: {
      ...prefixed(release.labels),
      "apps.cozystack.io/application.group": "apps.cozystack.io",
      "apps.cozystack.io/application.kind": release.kind,
      "apps.cozystack.io/application.name": release.name,
      "sharding.fluxcd.io/key": "tenants",
    },
    values: release.values,
  };
}

export const releaseKey = (kind: KindName, name: string): string => `${kind}/${name}`;
