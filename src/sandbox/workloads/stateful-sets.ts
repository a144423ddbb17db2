import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import {
  type KubeObject,
  labelsOf,
  listAt,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  textAt,
} from "../store/kube-object.ts";
import {
  type ClusterWork,
  isDeleting,
  kindOf,
  ownedBy,
  setStatus,
  tryCreate,
  type WorkloadStep,
} from "./cluster-work.ts";
import { templateHash } from "./deployments.ts";
import { createPod, isActive, isReady } from "./pods.ts";

const hashLabel = "controller-revision-hash";

/** Keeps the numbered pods of every StatefulSet, one after another, each with its claims. */
export const reconcileStatefulSets: WorkloadStep = (work) => {
  for (const set of work.store.list(resources.statefulSets)) if (!isDeleting(set)) keepPods(work, set);
  return undefined;
};

const ordinalOf = (pod: KubeObject): number => Number(/-(\d+)$/.exec(nameOf(pod))?.[1] ?? Number.NaN);

function keepPods(work: ClusterWork, set: KubeObject): void {
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const revision = `${nameOf(set)}-${templateHash(objectAt(set, "spec", "template"))}`;
  const isParallel = textAt(set, "spec", "podManagementPolicy") === "Parallel";
  const kind = kindOf(work, resources.pods);
  const pods = () => ownedBy(work, resources.pods, set);
  const settled = () => pods().every((pod) => isReady(pod));
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
    const known = pods().find((pod) => ordinalOf(pod) === ordinal);
    if (!known) startPod(work, set, ordinal, revision);
    if (!isParallel && !(known && isReady(known))) break;
  }
  const surplus = pods().filter((pod) => ordinalOf(pod) >= wanted && isActive(pod));
  const outdated = pods().filter(
    (pod) => isActive(pod) && labelsOf(pod)[hashLabel] !== revision && ordinalOf(pod) < wanted,
  );
  const isPending = (pod: KubeObject) => !isReady(pod);
  const last = [...(surplus.length > 0 ? surplus : outdated)].sort((a, b) => ordinalOf(b) - ordinalOf(a))[0];
  const waits = !settled() && !(last && isPending(last));
  if (last && kind && (isParallel || !waits)) deleteObject(work, kind, last);
  report(work, set, revision);
}

function startPod(work: ClusterWork, set: KubeObject, ordinal: number, revision: string): void {
  const name = `${nameOf(set)}-${ordinal}`;
  const claims = listAt(set, "spec", "volumeClaimTemplates");
  const volumes = claims.map((claim) => {
    const own = textAt(claim, "metadata", "name");
    return { name: own, persistentVolumeClaim: { claimName: `${own}-${name}` } };
  });
  for (const claim of claims) {
    const own = `${textAt(claim, "metadata", "name")}-${name}`;
    if (work.store.get(resources.claims, namespaceOf(set), own)) continue;
    tryCreate(work, resources.claims, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: {
        name: own,
        namespace: namespaceOf(set),
        labels: objectAt(set, "spec", "selector", "matchLabels"),
      },
      spec: objectAt(claim, "spec"),
    });
  }
  const template = objectAt(set, "spec", "template");
  const own = listAt(template, "spec", "volumes").filter(
    (volume) => !volumes.some((one) => one.name === textAt(volume, "name")),
  );
  createPod(work, set, {
    template,
    name,
    labels: {
      [hashLabel]: revision,
      "apps.kubernetes.io/pod-index": String(ordinal),
      "statefulset.kubernetes.io/pod-name": name,
    },
    spec: { hostname: name, subdomain: textAt(set, "spec", "serviceName"), volumes: [...own, ...volumes] },
    component: "statefulset-controller",
  });
}

function report(work: ClusterWork, set: KubeObject, revision: string): void {
  const pods = ownedBy(work, resources.pods, set).filter(isActive);
  const ready = pods.filter(isReady).length;
  const updated = pods.filter((pod) => labelsOf(pod)[hashLabel] === revision).length;
  const wanted = numberAt(set, "spec", "replicas") ?? 1;
  const isDone = updated === wanted && ready === wanted;
  const current = work.store.get(resources.statefulSets, namespaceOf(set), nameOf(set)) ?? set;
  setStatus(work, resources.statefulSets, current, {
    observedGeneration: numberAt(set, "metadata", "generation") ?? 1,
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: ready,
    currentReplicas: isDone ? updated : pods.length - updated,
    updatedReplicas: updated,
    currentRevision: isDone ? revision : textAt(set, "status", "currentRevision") || revision,
    updateRevision: revision,
    collisionCount: 0,
  });
}
