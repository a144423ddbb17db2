import type { Json, JsonObject } from "../../base/json.ts";
import { randomSuffix } from "../objects/create.ts";
import { resources } from "../objects/served-kind.ts";
import { type KubeObject, listAt, nameOf, namespaceOf, objectAt, textAt, timestamp } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, ownerReference, tryCreate } from "./cluster-work.ts";
import { recordEvent } from "./record-event.ts";

export const phaseOf = (pod: KubeObject): string => textAt(pod, "status", "phase");

/** Whether a pod still counts: it is neither being deleted nor has it ended. */
export const isActive = (pod: KubeObject): boolean =>
  !isDeleting(pod) && phaseOf(pod) !== "Succeeded" && phaseOf(pod) !== "Failed";

export const isReady = (pod: KubeObject): boolean =>
  !isDeleting(pod) &&
  listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );

interface PodOptions {
  readonly template: Json | undefined;
  /** A name of its own; otherwise a random one behind the owner's. */
  readonly name?: string;
  readonly labels?: JsonObject;
  readonly spec?: JsonObject;
  readonly component: string;
}

/** Creates a pod of an owner from its template, and records that in an event of the owner. */
export function createPod(work: ClusterWork, owner: KubeObject, options: PodOptions): KubeObject | undefined {
  const { template, labels = {}, spec = {}, component } = options;
  const name = options.name ?? `${nameOf(owner).slice(0, 57)}-${randomSuffix()}`;
  const annotations = objectAt(template, "metadata", "annotations");
  const made = tryCreate(work, resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: namespaceOf(owner),
      labels: { ...objectAt(template, "metadata", "labels"), ...labels },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ownerReferences: [ownerReference(owner)],
    },
    spec: { ...objectAt(template, "spec"), ...spec },
  });
  if (made) recordEvent(work, owner, { reason: "SuccessfulCreate", message: `Created pod: ${name}`, component });
  return made;
}

/** The pods that go first where there are too many: those without a node, those that are not ready, the newest. */
export const byDispensability = (a: KubeObject, b: KubeObject): number => {
  const rank = (pod: KubeObject) => (textAt(pod, "spec", "nodeName") === "" ? 0 : isReady(pod) ? 2 : 1);
  const created = (pod: KubeObject) => textAt(pod, "metadata", "creationTimestamp");
  return rank(a) - rank(b) || (created(a) < created(b) ? 1 : -1);
};

/** The status of a pod that runs: every container started at that moment. */
export function runningStatus(pod: KubeObject, address: string, hostAddress: string, moment: number): JsonObject {
  const since = timestamp(moment);
  return {
    ...objectAt(pod, "status"),
    phase: "Running",
    conditions: conditionsOf(pod, since, true),
    containerStatuses: containers(pod, { running: { startedAt: since } }, true),
    hostIP: hostAddress,
    podIP: address,
    podIPs: [{ ip: address }],
    startTime: since,
  };
}

/** The status of a pod whose containers have ended without a fault. */
export function succeededStatus(pod: KubeObject, moment: number): JsonObject {
  const started = textAt(pod, "status", "startTime");
  const state = {
    terminated: { exitCode: 0, reason: "Completed", startedAt: started, finishedAt: timestamp(moment) },
  };
  return {
    ...objectAt(pod, "status"),
    phase: "Succeeded",
    conditions: conditionsOf(pod, timestamp(moment), false),
    containerStatuses: containers(pod, state, false),
  };
}

function conditionsOf(pod: KubeObject, since: string, ready: boolean): Json[] {
  const more = ready ? {} : { reason: "PodCompleted" };
  const condition = (type: string, status: boolean) => ({
    type,
    status: status ? "True" : "False",
    lastProbeTime: null,
    lastTransitionTime: since,
    ...(status ? {} : more),
  });
  const scheduled = listAt(pod, "status", "conditions").filter((one) => textAt(one, "type") === "PodScheduled");
  return [condition("Initialized", true), condition("Ready", ready), condition("ContainersReady", ready), ...scheduled];
}

const containers = (pod: KubeObject, state: JsonObject, ready: boolean): Json[] =>
  listAt(pod, "spec", "containers").map((container) => ({
    name: textAt(container, "name"),
    image: textAt(container, "image"),
    imageID: textAt(container, "image"),
    containerID: `containerd://${textAt(pod, "metadata", "uid")}`,
    ready,
    started: ready,
    restartCount: 0,
    lastState: {},
    state,
  }));
