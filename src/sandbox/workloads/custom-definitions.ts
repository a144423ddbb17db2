import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { at, type KubeObject, listAt, objectAt, textAt } from "../store/kube-object.ts";
import {
  hasFinalizer,
  isDeleting,
  kindOf,
  removeFinalizer,
  setStatus,
  type WorkloadStep,
  withCondition,
} from "./cluster-work.ts";

const cleanup = "customresourcecleanup.apiextensions.k8s.io";

/** Establishes CustomResourceDefinitions, and deletes their objects before them. */
export const reconcileCustomDefinitions: WorkloadStep = (work) => {
  for (const definition of work.store.list(resources.customResourceDefinitions)) {
    const resource = `${textAt(definition, "spec", "names", "plural")}.${textAt(definition, "spec", "group")}`;
    if (isDeleting(definition)) {
      const kind = kindOf(work, resource);
      const left = work.store.list(resource);
      if (kind) for (const object of left) if (!isDeleting(object)) deleteObject(work, kind, object);
      if (work.store.list(resource).length === 0)
        removeFinalizer(work, resources.customResourceDefinitions, definition, cleanup);
      continue;
    }
    const protectedOne = hasFinalizer(definition, cleanup)
      ? definition
      : work.store.put(resources.customResourceDefinitions, {
          ...definition,
          metadata: {
            ...definition.metadata,
            finalizers: [...listAt(definition, "metadata", "finalizers"), cleanup],
          },
        });
    setStatus(work, resources.customResourceDefinitions, protectedOne, establishedStatus(work, protectedOne));
  }
  return undefined;
};

function establishedStatus(work: Parameters<WorkloadStep>[0], definition: KubeObject) {
  const accepted = {
    type: "NamesAccepted",
    status: "True",
    reason: "NoConflicts",
    message: "no conflicts found",
  } as const;
  const established = {
    type: "Established",
    status: "True",
    reason: "InitialNamesAccepted",
    message: "the initial names have been accepted",
  } as const;
  const before = listAt(definition, "status", "conditions");
  const stored = listAt(definition, "spec", "versions").filter((version) => at(version, "storage") === true);
  return {
    acceptedNames: objectAt(definition, "spec", "names"),
    conditions: withCondition(work, withCondition(work, before, accepted), established),
    storedVersions: stored.map((version) => textAt(version, "name")),
  };
}
