import { jsonEqual } from "../../base/json.ts";
import { type KubeObject, nameOf, namespaceOf, versionOf } from "../store/kube-object.ts";
import { keyOf, type TenantStore } from "../store/tenant-store.ts";

/** All objects of a tenant cluster: the stored ones and those that are computed from its machines and add-ons. */
export interface ObjectView {
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  /** Sorted by namespace and name. */
  list(resource: string): KubeObject[];
  isComputed(resource: string, namespace: string, name: string): boolean;
  /** For a watch: what was removed after a version; undefined where that is no longer known. */
  removedSince(resource: string, version: number): readonly KubeObject[] | undefined;
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
  /** Computed objects as they were read last: one that did not change keeps its version. */
  const known = new Map<string, KubeObject>();
  const versioned = (resource: string, object: KubeObject): KubeObject => {
    const key = `${resource}/${keyOf(object)}`;
    const before = known.get(key);
    const version = before?.metadata["resourceVersion"] ?? "";
    const same = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    if (before && jsonEqual(before, same)) return before;
    const current = { ...object, metadata: { ...object.metadata, resourceVersion: String(nextVersion()) } };
    known.set(key, current);
    return current;
  };
  const shown = (resource: string, object: KubeObject): KubeObject => {
    const stored = store.get(resource, namespaceOf(object), nameOf(object));
    const found = stored ? overlay(resource, object, stored) : object;
    return found === stored ? stored : versioned(resource, found);
  };
  return {
    get: (resource, namespace, name) => {
      const base = computed(resource).find((one) => nameOf(one) === name && namespaceOf(one) === namespace);
      return base ? shown(resource, base) : store.get(resource, namespace, name);
    },
    list: (resource) => {
      const bases = computed(resource);
      const names = new Set(bases.map(keyOf));
      const stored = store.list(resource).filter((one) => !names.has(keyOf(one)));
      return [...bases.map((base) => shown(resource, base)), ...stored].sort(byKey);
    },
    isComputed: (resource, namespace, name) =>
      computed(resource).some((one) => nameOf(one) === name && namespaceOf(one) === namespace),
    removedSince: (resource, version) => store.removedSince(resource, version),
  };
}

function byKey(a: KubeObject, b: KubeObject): number {
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : one > other ? 1 : versionOf(a) - versionOf(b);
}
