import { deleteObject } from "../objects/delete.ts";
import { at, type KubeObject, listAt, namespaceOf, textAt } from "../store/kube-object.ts";
import {
  type ClusterWork,
  hasFinalizer,
  isDeleting,
  kindOf,
  ownerUids,
  removeFinalizer,
  uidOf,
  type WorkloadStep,
} from "./cluster-work.ts";

/** Deletes objects whose owners are gone, and what deletions in the foreground and with orphans wait for. */
export const reconcileGarbage: WorkloadStep = (work) => {
  const entries = work.store.entries();
  const uids = new Set(entries.map(([, object]) => uidOf(object)));
  for (const [resource, object] of entries) {
    const kind = kindOf(work, resource);
    const owners = listAt(object, "metadata", "ownerReferences");
    if (!kind || owners.length === 0 || isDeleting(object)) continue;
    const isAbsent = owners.every((owner) => !uids.has(textAt(owner, "uid")) && !isComputed(work, object, owner));
    if (isAbsent) deleteObject(work, kind, object);
  }
  for (const [resource, owner] of entries) {
    if (!isDeleting(owner)) continue;
    if (hasFinalizer(owner, "orphan")) orphan(work, resource, owner);
    else if (hasFinalizer(owner, "foregroundDeletion")) deleteDependents(work, resource, owner);
  }
  return undefined;
};

/** Whether an owner is one of the objects that are stored nowhere. */
function isComputed(work: ClusterWork, object: KubeObject, owner: ReturnType<typeof listAt>[number]): boolean {
  const kind = work.kinds.all().find((one) => one.kind === textAt(owner, "kind"));
  if (!kind) return false;
  const namespace = kind.namespaced ? namespaceOf(object) : "";
  const found = work.view.get(`${kind.plural}.${kind.group}`, namespace, textAt(owner, "name"));
  return found !== undefined && uidOf(found) === textAt(owner, "uid");
}

const dependents = (work: ClusterWork, owner: KubeObject) =>
  work.store.entries().filter(([, object]) => ownerUids(object).includes(uidOf(owner)));

function orphan(work: ClusterWork, resource: string, owner: KubeObject): void {
  for (const [key, object] of dependents(work, owner)) {
    const { ownerReferences, ...metadata } = object.metadata;
    const others = listAt(object, "metadata", "ownerReferences").filter((one) => textAt(one, "uid") !== uidOf(owner));
    work.store.put(key, {
      ...object,
      metadata: others.length > 0 ? { ...metadata, ownerReferences: others } : metadata,
    });
  }
  removeFinalizer(work, resource, owner, "orphan");
}

function deleteDependents(work: ClusterWork, resource: string, owner: KubeObject): void {
  const blocking = dependents(work, owner).filter(([, object]) =>
    listAt(object, "metadata", "ownerReferences").some(
      (one) => textAt(one, "uid") === uidOf(owner) && at(one, "blockOwnerDeletion") === true,
    ),
  );
  for (const [key, object] of dependents(work, owner)) {
    const kind = kindOf(work, key);
    if (kind && !isDeleting(object)) deleteObject(work, kind, object);
  }
  if (blocking.length === 0) removeFinalizer(work, resource, owner, "foregroundDeletion");
}
