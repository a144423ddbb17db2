import { randomUUID } from "node:crypto";
import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { timestamp } from "./kube-object.ts";
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

/** What Flux and Helm remember of a release: their own storage, not part of the object. */
export interface FluxMemory {
  /** Values of the deployed Helm release; absent before the first success. */
  readonly deployed?: JsonObject;
  /** Number of the newest Helm release, N of `.vN`. */
  readonly revision: number;
  /** Failures in a row. */
  readonly failures: number;
}

/**
 * The Flux `HelmRelease` behind an application: the only thing the platform stores (platform.md §1.2). Immutable: a write
 * makes a new one, so earlier versions stay readable for stale answers.
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

/** The raw view of a stored HelmRelease, as the recordings show it under `stored`. */
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

/** The part of a HelmRelease that a write of a client or a controller sets. */
export interface ReleaseChange {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly values?: JsonObject;
  readonly finalizers?: readonly string[];
  readonly status?: ReleaseStatus;
  readonly flux?: FluxMemory;
}

export interface ReleaseStore {
  get(kind: KindName, name: string): HelmRelease | undefined;
  /** All releases of a kind, in the order of their names. */
  list(kind: KindName): HelmRelease[];
  /** @throws Error when the name is taken. */
  create(kind: KindName, name: string, content: ReleaseChange): HelmRelease;
  /** Writes a change; nothing happens, and no version is spent, where nothing differs. Takes the object away with its last finalizer. */
  write(release: HelmRelease, change: ReleaseChange): HelmRelease;
  /** A write that no client can see: only the resource version moves. */
  tick(release: HelmRelease): HelmRelease;
  /** Marks as deleted, or takes away at once what no finalizer holds. */
  remove(release: HelmRelease): void;
  /** Up to `count` versions back, for answers from a cache that lags. */
  before(release: HelmRelease, count: number): HelmRelease;
  dump(): HelmRelease[];
}

const historyLength = 20;

/** @param nextVersion the one counter of resource versions; @param changed told of every accepted change. */
export function createReleaseStore(
  initial: readonly HelmRelease[],
  nextVersion: () => number,
  now: () => number,
  changed: (release: HelmRelease, gone: boolean) => void,
): ReleaseStore {
  const releases = new Map(initial.map((release) => [releaseKey(release.kind, release.name), release]));
  const history = new Map<string, HelmRelease[]>();
  const put = (release: HelmRelease): HelmRelease => {
    const key = releaseKey(release.kind, release.name);
    const previous = releases.get(key);
    if (previous?.uid === release.uid)
      history.set(key, [previous, ...(history.get(key) ?? [])].slice(0, historyLength));
    else history.delete(key);
    releases.set(key, release);
    changed(release, false);
    return release;
  };
  const drop = (release: HelmRelease) => {
    releases.delete(releaseKey(release.kind, release.name));
    changed(release, true);
  };
  return {
    get: (kind, name) => releases.get(releaseKey(kind, name)),
    list: (kind) =>
      [...releases.values()]
        .filter((release) => release.kind === kind)
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    create: (kind, name, content) => {
      if (releases.has(releaseKey(kind, name))) throw new Error(`${kind} ${name} exists.`);
      return put({
        kind,
        name,
        uid: randomUUID(),
        resourceVersion: nextVersion(),
        generation: 1,
        creationTimestamp: timestamp(now()),
        finalizers: content.finalizers ?? [],
        labels: content.labels ?? {},
        annotations: content.annotations ?? {},
        values: content.values ?? {},
        status: {},
        flux: { revision: 0, failures: 0 },
      });
    },
    write: (release, change) => {
      const specChanged = change.values !== undefined && !jsonEqual(change.values, release.values);
      const visible = { ...change };
      const same =
        !specChanged &&
        equal(visible.labels, release.labels) &&
        equal(visible.annotations, release.annotations) &&
        equal(visible.finalizers, release.finalizers) &&
        equal(visible.status, release.status);
      const next: HelmRelease = {
        ...release,
        ...change,
        generation: release.generation + (specChanged ? 1 : 0),
        resourceVersion: same ? release.resourceVersion : nextVersion(),
      };
      if (next.deletionTimestamp !== undefined && next.finalizers.length === 0) {
        drop(next);
        return next;
      }
      if (same && change.flux === undefined) return release;
      return put(next);
    },
    tick: (release) => put({ ...release, resourceVersion: nextVersion() }),
    remove: (release) => {
      if (release.finalizers.length === 0) drop(release);
      else if (release.deletionTimestamp === undefined) {
        put({
          ...release,
          deletionTimestamp: timestamp(now()),
          generation: release.generation + 1,
          resourceVersion: nextVersion(),
        });
      }
    },
    before: (release, count) => {
      const versions = history.get(releaseKey(release.kind, release.name)) ?? [];
      return versions[Math.min(count, versions.length) - 1] ?? release;
    },
    dump: () => [...releases.values()],
  };
}

function equal(change: unknown, current: unknown): boolean {
  if (change === undefined) return true;
  return JSON.stringify(ordered(change)) === JSON.stringify(ordered(current));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, ordered(v)]),
  );
}
