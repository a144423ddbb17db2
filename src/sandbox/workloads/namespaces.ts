import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { nameOf, namespaceOf } from "../store/kube-object.ts";
import { isDeleting, kindOf, type WorkloadStep } from "./cluster-work.ts";

/** Deletes the content of namespaces that are being deleted, then the namespaces. */
export const reconcileNamespaces: WorkloadStep = (work) => {
  for (const namespace of work.store.list(resources.namespaces)) {
    if (!isDeleting(namespace)) continue;
    const content = () => work.store.entries().filter(([, object]) => namespaceOf(object) === nameOf(namespace));
    for (const [resource, object] of content()) {
      const kind = kindOf(work, resource);
      if (kind && !isDeleting(object)) deleteObject(work, kind, object);
    }
    if (content().length === 0) work.store.remove(resources.namespaces, namespace);
  }
  return undefined;
};
