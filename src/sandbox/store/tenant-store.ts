import type { ClusterState } from "./cluster-state.ts";
import { type KubeObject, nameOf, namespaceOf, textAt, versionOf } from "./kube-object.ts";

/** The objects that clients and controllers have stored in one tenant cluster. */
export interface TenantStore {
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string): readonly KubeObject[];
  /** Every object with its resource. */
  entries(): readonly (readonly [resource: string, object: KubeObject])[];
  /** Stores an object under its name with a new resource version. */
  put(resource: string, object: KubeObject): KubeObject;
  remove(resource: string, object: KubeObject): void;
  /** Remembers for watches that an object which is stored nowhere is gone. */
  recordRemoval(resource: string, object: KubeObject): void;
  /** The objects that were removed after a version, each with the version of its removal; undefined where that is no longer known. */
  removedSince(resource: string, version: number): readonly KubeObject[] | undefined;
  /** The version at which an object was created; 0 where that was before the start of the sandbox. */
  createdAt(object: KubeObject): number;
  isEmpty(): boolean;
}

/** How many removals are remembered for watches. */
const rememberedRemovals = 1_000;

export const objectKey = (namespace: string, name: string): string => `${namespace}/${name}`;
export const keyOf = (object: KubeObject): string => objectKey(namespaceOf(object), nameOf(object));

interface TenantStoreOptions {
  readonly cluster: ClusterState;
  /** The next resource version. */
  readonly nextVersion: () => number;
  readonly version: () => number;
  readonly changed: () => void;
}

export function createTenantStore({ cluster, nextVersion, version, changed }: TenantStoreOptions): TenantStore {
  const removals: { readonly resource: string; readonly object: KubeObject }[] = [];
  const created = new Map<string, number>();
  let oldest = version();
  const of = (resource: string) => cluster.objects?.[resource] ?? {};
  const recordRemoval = (resource: string, object: KubeObject): void => {
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(nextVersion()) } };
    removals.push({ resource, object: last });
    const forgotten = removals.length > rememberedRemovals ? removals.shift() : undefined;
    if (forgotten) oldest = versionOf(forgotten.object);
  };
  return {
    recordRemoval,
    get: (resource, namespace, name) => of(resource)[objectKey(namespace, name)],
    list: (resource) => Object.values(of(resource)),
    entries: () =>
      Object.entries(cluster.objects ?? {}).flatMap(([resource, objects]) =>
        Object.values(objects).map((object) => [resource, object] as const),
      ),
    put: (resource, object) => {
      cluster.objects ??= {};
      const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(nextVersion()) } };
      const objects = cluster.objects[resource] ?? {};
      if (objects[keyOf(object)] === undefined) created.set(textAt(stored, "metadata", "uid"), versionOf(stored));
      objects[keyOf(object)] = stored;
      cluster.objects[resource] = objects;
      changed();
      return stored;
    },
    remove: (resource, object) => {
      const objects = of(resource);
      const known = objects[keyOf(object)];
      if (!known) return;
      created.delete(textAt(known, "metadata", "uid"));
      delete objects[keyOf(object)];
      if (Object.keys(objects).length === 0) delete cluster.objects?.[resource];
      recordRemoval(resource, known);
      changed();
    },
    removedSince: (resource, since) =>
      since < oldest
        ? undefined
        : removals.filter((one) => one.resource === resource && versionOf(one.object) > since).map((one) => one.object),
    createdAt: (object) => created.get(textAt(object, "metadata", "uid")) ?? 0,
    isEmpty: () => Object.keys(cluster.objects ?? {}).length === 0,
  };
}
