import { randomUUID } from "node:crypto";
import { type JsonObject, jsonEqual } from "../../base/json.ts";
import { byName, type KubeObject, nameOf, timestamp } from "./kube-object.ts";
import type { StoreHooks } from "./release-store.ts";

/** The objects of the tenant's namespace that are not applications: monitors, secrets, events, quotas. */
export interface ObjectStore {
  get(resource: string, name: string): KubeObject | undefined;
  list(resource: string): KubeObject[];
  /** Creates or replaces by name: `uid` and `creationTimestamp` stay, an unchanged object keeps its version. */
  put(resource: string, object: KubeObject): KubeObject;
  remove(resource: string, name: string): void;
  dump(): Record<string, KubeObject[]>;
}

export function createObjectStore(
  initial: Readonly<Record<string, readonly KubeObject[]>>,
  { nextVersion, now, changed }: StoreHooks,
): ObjectStore {
  const resources = new Map<string, Map<string, KubeObject>>(
    Object.entries(initial).map(([resource, objects]) => [
      resource,
      new Map(objects.map((object) => [nameOf(object), object])),
    ]),
  );
  const of = (resource: string) => {
    const known = resources.get(resource) ?? new Map<string, KubeObject>();
    resources.set(resource, known);
    return known;
  };
  return {
    get: (resource, name) => of(resource).get(name),
    list: (resource) => [...of(resource).values()].sort(byName),
    put: (resource, object) => {
      const previous = of(resource).get(nameOf(object));
      const identity = {
        uid: previous?.metadata["uid"] ?? randomUUID(),
        creationTimestamp: previous?.metadata["creationTimestamp"] ?? timestamp(now()),
      };
      const metadata: JsonObject = { ...object.metadata, ...identity };
      const version = previous?.metadata["resourceVersion"];
      const same = previous !== undefined && version !== undefined;
      if (same && jsonEqual({ ...object, metadata: { ...metadata, resourceVersion: version } }, previous))
        return previous;
      const stored: KubeObject = { ...object, metadata: { ...metadata, resourceVersion: String(nextVersion()) } };
      of(resource).set(nameOf(object), stored);
      changed();
      return stored;
    },
    remove: (resource, name) => {
      if (!of(resource).delete(name)) return;
      nextVersion();
      changed();
    },
    dump: () => Object.fromEntries([...resources].map(([resource, objects]) => [resource, [...objects.values()]])),
  };
}
