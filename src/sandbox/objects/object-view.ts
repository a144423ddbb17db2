import { jsonEqual } from "../../base/json.ts";
import { type KubeObject, nameOf, namespaceOf, textAt, versionOf } from "../store/kube-object.ts";
import { keyOf, type TenantStore } from "../store/tenant-store.ts";
import { resources } from "./served-kind.ts";

/** All objects of a tenant cluster: the stored ones and those that are computed from its machines and add-ons. */
export interface ObjectView {
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  /** Sorted by namespace and name. */
  list(resource: string): KubeObject[];
  isComputed(resource: string, namespace: string, name: string): boolean;
  /** For a watch: what was removed after a version; undefined where that is no longer known. */
  removedSince(resource: string, version: number): readonly KubeObject[] | undefined;
  /** The version at which an object was created; 0 where that was before the start of the sandbox. */
  createdAt(object: KubeObject): number;
}

interface ObjectViewOptions {
  readonly store: TenantStore;
  /** The computed objects of a resource; their resource version counts for nothing. */
  readonly computed: (resource: string) => readonly KubeObject[];
  /** What is stored over a computed object, and that object, as one. */
  readonly overlay: (resource: string, computed: KubeObject, stored: KubeObject) => KubeObject;
  readonly nextVersion: () => number;
}

export function createObjectView({ store, computed, overlay, nextVersion }: ObjectViewOptions): ObjectView {
  /** Computed objects by resource and key as they were read last: one that did not change keeps its version. */
  const known = new Map<string, Map<string, KubeObject>>();
  const created = new Map<string, number>();
  const knownOf = (resource: string) => {
    const objects = known.get(resource) ?? new Map<string, KubeObject>();
    known.set(resource, objects);
    return objects;
  };
  const versioned = (resource: string, object: KubeObject): KubeObject => {
    const objects = knownOf(resource);
    const before = objects.get(keyOf(object));
    const version = before?.metadata["resourceVersion"] ?? "";
    const same = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    if (before && jsonEqual(before, same)) return before;
    const next = nextVersion();
    const current = { ...object, metadata: { ...object.metadata, resourceVersion: String(next) } };
    if (!before) created.set(textAt(object, "metadata", "uid"), next);
    objects.set(keyOf(object), current);
    return current;
  };
  const shown = (resource: string, object: KubeObject): KubeObject => {
    const stored = store.get(resource, namespaceOf(object), nameOf(object));
    const found = stored ? overlay(resource, object, stored) : object;
    return found === stored ? stored : versioned(resource, found);
  };
  const list = (resource: string): KubeObject[] => {
    const bases = computed(resource);
    const names = new Set(bases.map(keyOf));
    for (const [key, object] of knownOf(resource)) {
      if (names.has(key)) continue;
      knownOf(resource).delete(key);
      created.delete(textAt(object, "metadata", "uid"));
      if (!store.get(resource, namespaceOf(object), nameOf(object))) store.recordRemoval(resource, object);
    }
    const stored = store.list(resource).filter((one) => !names.has(keyOf(one)) && !needsBase(resource));
    return [...bases.map((base) => shown(resource, base)), ...stored].sort(byKey);
  };
  return {
    get: (resource, namespace, name) => {
      const base = computed(resource).find((one) => nameOf(one) === name && namespaceOf(one) === namespace);
      if (base) return shown(resource, base);
      return needsBase(resource) ? undefined : store.get(resource, namespace, name);
    },
    list,
    isComputed: (resource, namespace, name) =>
      computed(resource).some((one) => nameOf(one) === name && namespaceOf(one) === namespace),
    createdAt: (object) => created.get(textAt(object, "metadata", "uid")) ?? store.createdAt(object),
    removedSince: (resource, version) => {
      list(resource);
      return store.removedSince(resource, version);
    },
  };
}

/** A node is its machine: what is stored over one that is gone shows nothing. */
const needsBase = (resource: string): boolean => resource === resources.nodes;

function byKey(a: KubeObject, b: KubeObject): number {
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : one > other ? 1 : versionOf(a) - versionOf(b);
}
