import { randomUUID } from "node:crypto";
import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import type { KindName } from "../platform/profile.ts";
import { type FluxMemory, type HelmRelease, type ReleaseStatus, releaseKey } from "./helm-release.ts";
import { timestamp } from "./kube-object.ts";

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
  /** By `releaseKey`. */
  find(key: string): HelmRelease | undefined;
  /** All releases of a kind, sorted by name. */
  list(kind: KindName): HelmRelease[];
  /** @throws Error when the name is taken. */
  create(kind: KindName, name: string, content: ReleaseChange): HelmRelease;
  /** Writes a change. Without a difference it writes nothing and uses no version. Removes a deleted object with its last finalizer. */
  write(release: HelmRelease, change: ReleaseChange): HelmRelease;
  /** A write that clients cannot see: only the resource version changes. */
  tick(release: HelmRelease): HelmRelease;
  /** Marks as deleted; removes at once without finalizers. */
  remove(release: HelmRelease): void;
  /** Up to `count` versions back, for answers from a stale cache. */
  before(release: HelmRelease, count: number): HelmRelease;
  dump(): HelmRelease[];
}

/** What a store needs of the state that it is part of. */
export interface StoreHooks {
  /** The counter of resource versions. */
  readonly nextVersion: () => number;
  readonly now: () => number;
  /** Called after every accepted change. */
  readonly changed: () => void;
}

const historyLength = 20;

export function createReleaseStore(initial: readonly HelmRelease[], hooks: StoreHooks): ReleaseStore {
  const { nextVersion } = hooks;
  const versions = versionedReleases(initial, hooks);
  const { releases, put, drop } = versions;
  return {
    get: (kind, name) => releases.get(releaseKey(kind, name)),
    find: (key) => releases.get(key),
    list: (kind) => [...releases.values()].filter((release) => release.kind === kind).sort(byName),
    create: (kind, name, content) => {
      if (releases.has(releaseKey(kind, name))) throw new Error(`${kind} ${name} already exists.`);
      return put(newRelease(kind, name, content, hooks));
    },
    write: (release, change) => {
      const specChanged = change.values !== undefined && !jsonEqual(change.values, release.values);
      const same = !specChanged && isUnchanged(change, release);
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
      else if (release.deletionTimestamp === undefined) put(markedDeleted(release, hooks));
    },
    before: versions.before,
    dump: () => [...releases.values()],
  };
}

/** The releases with some of their earlier versions. */
function versionedReleases(initial: readonly HelmRelease[], { nextVersion, changed }: StoreHooks) {
  const releases = new Map(initial.map((release) => [releaseKey(release.kind, release.name), release]));
  const history = new Map<string, HelmRelease[]>();
  return {
    releases,
    put: (release: HelmRelease): HelmRelease => {
      const key = releaseKey(release.kind, release.name);
      const previous = releases.get(key);
      if (previous?.uid === release.uid)
        history.set(key, [previous, ...(history.get(key) ?? [])].slice(0, historyLength));
      else history.delete(key);
      releases.set(key, release);
      changed();
      return release;
    },
    drop: (release: HelmRelease): void => {
      releases.delete(releaseKey(release.kind, release.name));
      nextVersion();
      changed();
    },
    before: (release: HelmRelease, count: number): HelmRelease => {
      const versions = history.get(releaseKey(release.kind, release.name)) ?? [];
      return versions[Math.min(count, versions.length) - 1] ?? release;
    },
  };
}

function newRelease(kind: KindName, name: string, content: ReleaseChange, hooks: StoreHooks): HelmRelease {
  return {
    kind,
    name,
    uid: randomUUID(),
    resourceVersion: hooks.nextVersion(),
    generation: 1,
    creationTimestamp: timestamp(hooks.now()),
    finalizers: content.finalizers ?? [],
    labels: content.labels ?? {},
    annotations: content.annotations ?? {},
    values: content.values ?? {},
    status: {},
    flux: { revision: 0, failures: 0 },
  };
}

function markedDeleted(release: HelmRelease, hooks: StoreHooks): HelmRelease {
  return {
    ...release,
    deletionTimestamp: timestamp(hooks.now()),
    generation: release.generation + 1,
    resourceVersion: hooks.nextVersion(),
  };
}

/** Whether a change sets nothing that clients can see; `values` apart. */
function isUnchanged(change: ReleaseChange, release: HelmRelease): boolean {
  return (
    equal(change.labels, release.labels) &&
    equal(change.annotations, release.annotations) &&
    equal(change.finalizers, release.finalizers) &&
    equal(change.status, release.status)
  );
}

const byName = (a: HelmRelease, b: HelmRelease) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

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
