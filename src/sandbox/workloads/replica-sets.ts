import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { at, type KubeObject, nameOf, numberAt } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, kindOf, ownedBy, setStatus, type WorkloadStep } from "./cluster-work.ts";
import { byDispensability, createPod, isActive, isReady } from "./pods.ts";
import { recordEvent } from "./record-event.ts";

const component = "replicaset-controller";

/** Keeps the number of pods of every ReplicaSet. */
export const reconcileReplicaSets: WorkloadStep = (work) => {
  for (const set of work.store.list(resources.replicaSets)) {
    if (!isDeleting(set)) keepReplicas(work, set);
  }
  return undefined;
};

function keepReplicas(work: ClusterWork, set: KubeObject): void {
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const active = ownedBy(work, resources.pods, set).filter(isActive);
  for (let count = active.length; count < wanted; count += 1) {
    if (!createPod(work, set, { template: at(set, "spec", "template"), component })) break;
  }
  const pods = kindOf(work, resources.pods);
  for (const pod of [...active].sort(byDispensability).slice(0, Math.max(0, active.length - wanted))) {
    if (pods) deleteObject(work, pods, pod);
    recordEvent(work, set, { reason: "SuccessfulDelete", message: `Deleted pod: ${nameOf(pod)}`, component });
  }
  const kept = ownedBy(work, resources.pods, set).filter(isActive);
  const ready = kept.filter(isReady).length;
  const current = work.store.get(resources.replicaSets, String(set.metadata["namespace"]), nameOf(set)) ?? set;
  setStatus(work, resources.replicaSets, current, {
    replicas: kept.length,
    fullyLabeledReplicas: kept.length,
    ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
    observedGeneration: numberAt(set, "metadata", "generation") ?? 1,
  });
}
