import { createHash } from "node:crypto";
import { type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import {
  at,
  type KubeObject,
  listAt,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  sorted,
  textAt,
} from "../store/kube-object.ts";
import {
  type ClusterWork,
  dueOf,
  isDeleting,
  kindOf,
  ownedBy,
  ownerReference,
  setStatus,
  tryCreate,
  type WorkloadStep,
  withCondition,
} from "./cluster-work.ts";
import { recordEvent } from "./record-event.ts";

const revisionKey = "deployment.kubernetes.io/revision";
const hashLabel = "pod-template-hash";

/** Rolls every Deployment out through its ReplicaSets. */
export const reconcileDeployments: WorkloadStep = (work) =>
  earliest(...work.store.list(resources.deployments).map((one) => (isDeleting(one) ? undefined : rollOut(work, one))));

function rollOut(work: ClusterWork, deployment: KubeObject): Next {
  const all = ownedBy(work, resources.replicaSets, deployment).filter((set) => !isDeleting(set));
  const current = all.find((set) => isOf(set, deployment)) ?? createSet(work, deployment, all);
  if (!current) return undefined;
  const newest = withRevision(work, current, all);
  const old = all.filter((set) => nameOf(set) !== nameOf(newest));
  if (at(deployment, "spec", "paused") !== true) scaleSets(work, deployment, newest, old);
  removeHistory(work, deployment, old);
  return report(work, withRevisionOf(work, deployment, newest), newest);
}

/** Whether a ReplicaSet has the template of the deployment. */
function isOf(set: KubeObject, deployment: KubeObject): boolean {
  const template = objectAt(set, "spec", "template");
  const { [hashLabel]: _, ...labels } = objectAt(template, "metadata", "labels");
  const plain = { ...template, metadata: { ...objectAt(template, "metadata"), labels } };
  return jsonEqual(plain, at(deployment, "spec", "template"));
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** A hash of a template in Kubernetes' own alphabet. */
export const templateHash = (template: Json | undefined): string =>
  [
    ...createHash("sha256")
      .update(JSON.stringify(sorted(template ?? null)))
      .digest(),
  ]
    .slice(0, 10)
    .map((byte) => letters[byte % letters.length])
    .join("");

const revisionOf = (object: KubeObject): number =>
  Number(textAt(object, "metadata", "annotations", revisionKey) || "0");

const annotated = (object: KubeObject, revision: number): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: { ...objectAt(object, "metadata", "annotations"), [revisionKey]: String(revision) },
  },
});

function createSet(work: ClusterWork, deployment: KubeObject, all: readonly KubeObject[]): KubeObject | undefined {
  const template = objectAt(deployment, "spec", "template");
  const hash = templateHash(template);
  const labels = { ...objectAt(template, "metadata", "labels"), [hashLabel]: hash };
  const selector = objectAt(deployment, "spec", "selector");
  const set: KubeObject = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${nameOf(deployment).slice(0, 50)}-${hash}`,
      namespace: namespaceOf(deployment),
      labels,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...selector, matchLabels: { ...objectAt(selector, "matchLabels"), [hashLabel]: hash } },
      template: { ...template, metadata: { ...objectAt(template, "metadata"), labels } },
    },
  };
  return tryCreate(work, resources.replicaSets, annotated(set, Math.max(0, ...all.map(revisionOf)) + 1));
}

/** A template that is in use again is a new revision. */
function withRevision(work: ClusterWork, set: KubeObject, all: readonly KubeObject[]): KubeObject {
  const newest = Math.max(0, ...all.filter((one) => nameOf(one) !== nameOf(set)).map(revisionOf));
  return revisionOf(set) > newest ? set : work.store.put(resources.replicaSets, annotated(set, newest + 1));
}

function withRevisionOf(work: ClusterWork, deployment: KubeObject, set: KubeObject): KubeObject {
  if (revisionOf(deployment) === revisionOf(set)) return deployment;
  return work.store.put(resources.deployments, annotated(deployment, revisionOf(set)));
}

const specReplicas = (set: KubeObject): number => numberAt(set, "spec", "replicas") ?? 0;
const available = (set: KubeObject): number => numberAt(set, "status", "availableReplicas") ?? 0;
const existing = (set: KubeObject): number => numberAt(set, "status", "replicas") ?? 0;
const sum = (sets: readonly KubeObject[], count: (set: KubeObject) => number): number =>
  sets.reduce((total, set) => total + count(set), 0);

/** A number or a share of the replicas. */
function shareOf(value: Json | undefined, replicas: number, round: (share: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number(String(value ?? "25%").replace("%", "")) / 100) * replicas);
}

function scaleSets(work: ClusterWork, deployment: KubeObject, newest: KubeObject, old: readonly KubeObject[]): void {
  const wanted = specReplicas(deployment);
  if (textAt(deployment, "spec", "strategy", "type") === "Recreate") {
    for (const set of old) scale(work, deployment, set, 0);
    if (sum(old, existing) === 0) scale(work, deployment, newest, wanted);
    return;
  }
  const rolling = objectAt(deployment, "spec", "strategy", "rollingUpdate");
  const surge = shareOf(rolling["maxSurge"], wanted, Math.ceil);
  const missing = Math.max(surge === 0 ? 1 : 0, shareOf(rolling["maxUnavailable"], wanted, Math.floor));
  const room = wanted + surge - sum(old, specReplicas);
  const before = specReplicas(newest);
  scale(work, deployment, newest, before > wanted ? wanted : Math.min(wanted, Math.max(before, room)));
  let left = Math.max(0, wanted - missing - Math.min(available(newest), wanted));
  for (const set of [...old].sort((a, b) => revisionOf(b) - revisionOf(a))) {
    const kept = Math.min(specReplicas(set), left);
    left -= kept;
    scale(work, deployment, set, kept);
  }
}

function scale(work: ClusterWork, deployment: KubeObject, set: KubeObject, replicas: number): void {
  const before = specReplicas(set);
  if (before === replicas) return;
  const generation = (numberAt(set, "metadata", "generation") ?? 0) + 1;
  work.store.put(resources.replicaSets, {
    ...set,
    metadata: { ...set.metadata, generation },
    spec: { ...objectAt(set, "spec"), replicas },
  });
  const word = replicas > before ? "up" : "down";
  recordEvent(work, deployment, {
    reason: "ScalingReplicaSet",
    message: `Scaled ${word} replica set ${nameOf(set)} from ${before} to ${replicas}`,
    component: "deployment-controller",
  });
}

function removeHistory(work: ClusterWork, deployment: KubeObject, old: readonly KubeObject[]): void {
  const limit = numberAt(deployment, "spec", "revisionHistoryLimit") ?? 10;
  const kind = kindOf(work, resources.replicaSets);
  const idle = old.filter((set) => specReplicas(set) === 0 && existing(set) === 0);
  const surplus = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, idle.length - limit));
  for (const set of surplus) if (kind) deleteObject(work, kind, set);
}

function report(work: ClusterWork, deployment: KubeObject, newest: KubeObject): Next {
  const sets = ownedBy(work, resources.replicaSets, deployment);
  const wanted = specReplicas(deployment);
  const updated = sets.find((set) => nameOf(set) === nameOf(newest)) ?? newest;
  const counts = { all: sum(sets, existing), updated: existing(updated), available: sum(sets, available) };
  const rolling = objectAt(deployment, "spec", "strategy", "rollingUpdate");
  const missing = shareOf(rolling["maxUnavailable"], wanted, Math.floor);
  const isAvailable = counts.available >= wanted - missing;
  const isComplete = counts.updated === wanted && counts.all === wanted && counts.available === wanted;
  const { condition, next } = progressOf(work, deployment, updated, counts, isComplete);
  const word = isAvailable ? "has" : "does not have";
  const availability = {
    type: "Available",
    status: isAvailable ? "True" : "False",
    reason: isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    message: `Deployment ${word} minimum availability.`,
  } as const;
  const times = ["lastTransitionTime", "lastUpdateTime"];
  const before = listAt(deployment, "status", "conditions");
  setStatus(work, resources.deployments, deployment, {
    observedGeneration: numberAt(deployment, "metadata", "generation") ?? 1,
    ...present({
      replicas: counts.all,
      updatedReplicas: counts.updated,
      readyReplicas: counts.available,
      availableReplicas: counts.available,
      unavailableReplicas: Math.max(0, Math.max(counts.all, wanted) - counts.available),
    }),
    conditions: withCondition(work, withCondition(work, before, availability, times), condition, times),
  });
  return next;
}

/** Counts of 0 are left out. */
const present = (counts: Readonly<Record<string, number>>): JsonObject =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

interface Counts {
  readonly all: number;
  readonly updated: number;
  readonly available: number;
}

/** The condition `Progressing`: a deadline runs from the last progress. */
function progressOf(work: ClusterWork, deployment: KubeObject, set: KubeObject, counts: Counts, isComplete: boolean) {
  const name = nameOf(set);
  const condition = (status: "True" | "False", reason: string, message: string) => ({
    type: "Progressing",
    status,
    reason,
    message,
  });
  if (isComplete) {
    const message = `ReplicaSet "${name}" has successfully progressed.`;
    return { condition: condition("True", "NewReplicaSetAvailable", message), next: undefined };
  }
  const seconds = numberAt(deployment, "spec", "progressDeadlineSeconds") ?? 600;
  const step = `progress/${name}/${counts.updated}/${counts.available}`;
  const due = dueOf(work, deployment, step, seconds * 1000);
  if (due > work.now()) {
    const message = `ReplicaSet "${name}" is progressing.`;
    return { condition: condition("True", "ReplicaSetUpdated", message), next: due };
  }
  const message = `ReplicaSet "${name}" has timed out progressing.`;
  return { condition: condition("False", "ProgressDeadlineExceeded", message), next: undefined };
}
