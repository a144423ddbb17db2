import type { Json } from "../../base/json.ts";
import { resources } from "../objects/served-kind.ts";
import { type KubeObject, listAt, nameOf, namespaceOf, objectAt, textAt } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, setStatus, type WorkloadStep, withCondition } from "./cluster-work.ts";
import { type Amounts, add, allocatableOf, counted, misfitOf, requestsOf, unschedulableMessage } from "./node-fit.ts";
import { phaseOf } from "./pods.ts";
import { recordEvent, recordOnce } from "./record-event.ts";

const component = "default-scheduler";

/** Whether a pod takes room on its node. */
const takesRoom = (pod: KubeObject): boolean => phaseOf(pod) !== "Succeeded" && phaseOf(pod) !== "Failed";

/** What the pods on a node request, and how many they are. */
export function usedOn(work: ClusterWork, node: string): { readonly amounts: Amounts; readonly pods: number } {
  const pods = work.store
    .list(resources.pods)
    .filter((pod) => textAt(pod, "spec", "nodeName") === node && takesRoom(pod));
  return { amounts: pods.map((pod) => requestsOf(objectAt(pod, "spec"))).reduce(add, {}), pods: pods.length };
}

/** Gives every pod without a node the one with the most room among those that it fits. */
export const reconcileScheduling: WorkloadStep = (work) => {
  const waiting = work.store
    .list(resources.pods)
    .filter((pod) => textAt(pod, "spec", "nodeName") === "" && !isDeleting(pod) && takesRoom(pod));
  for (const pod of waiting) schedule(work, pod);
  return undefined;
};

function schedule(work: ClusterWork, pod: KubeObject): void {
  const spec = objectAt(pod, "spec");
  const nodes = work.view.list(resources.nodes);
  const refusal = claimRefusal(work, pod);
  if (refusal !== undefined && nodes.length > 0) {
    const available = `0/${nodes.length} nodes are available`;
    const preemption = counted(nodes.map(() => "Preemption is not helpful for scheduling"));
    refuse(work, pod, `${available}: ${refusal}. preemption: ${available}: ${preemption}.`);
    return;
  }
  const judged = nodes.map((node) => {
    const used = usedOn(work, nameOf(node));
    return { node, used, misfit: misfitOf(spec, node, used) };
  });
  const [best] = judged
    .filter(({ misfit }) => misfit === undefined)
    .sort((a, b) => load(a.node, a.used) - load(b.node, b.used) || (nameOf(a.node) < nameOf(b.node) ? -1 : 1));
  if (best) bind(work, pod, nameOf(best.node));
  else refuse(work, pod, unschedulableMessage(judged.flatMap(({ misfit }) => (misfit ? [misfit] : []))));
}

/** The used share of a node's CPU and memory, with its pods as a small part. */
function load(node: KubeObject, { amounts, pods }: { readonly amounts: Amounts; readonly pods: number }): number {
  const total = allocatableOf(node);
  const share = (resource: string) => (amounts[resource] ?? 0) / (total[resource] ?? 1);
  return share("cpu") + share("memory") + pods / 1000;
}

/** Why the claims of a pod keep it from every node. */
function claimRefusal(work: ClusterWork, pod: KubeObject): string | undefined {
  for (const volume of listAt(pod, "spec", "volumes")) {
    const name = textAt(volume, "persistentVolumeClaim", "claimName");
    if (name === "") continue;
    const claim = work.store.get(resources.claims, namespaceOf(pod), name);
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (isDeleting(claim)) return `persistentvolumeclaim "${name}" is being deleted`;
    if (textAt(claim, "status", "phase") === "Bound") continue;
    const storageClass = work.view.get(resources.storageClasses, "", textAt(claim, "spec", "storageClassName"));
    if (textAt(storageClass, "volumeBindingMode") !== "WaitForFirstConsumer") {
      return "pod has unbound immediate PersistentVolumeClaims";
    }
  }
  return undefined;
}

function scheduled(work: ClusterWork, pod: KubeObject, message: string | undefined): Json[] {
  const condition =
    message === undefined
      ? ({ type: "PodScheduled", status: "True" } as const)
      : ({ type: "PodScheduled", status: "False", reason: "Unschedulable", message } as const);
  return withCondition(work, listAt(pod, "status", "conditions"), condition);
}

function refuse(work: ClusterWork, pod: KubeObject, message: string): void {
  const status = { ...objectAt(pod, "status"), conditions: scheduled(work, pod, message) };
  setStatus(work, resources.pods, pod, status);
  recordOnce(work, pod, { type: "Warning", reason: "FailedScheduling", message, component });
}

function bind(work: ClusterWork, pod: KubeObject, node: string): void {
  const bound = work.store.put(resources.pods, {
    ...pod,
    spec: { ...objectAt(pod, "spec"), nodeName: node },
    status: { ...objectAt(pod, "status"), conditions: scheduled(work, pod, undefined) },
  });
  const message = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${node}`;
  recordEvent(work, bound, { reason: "Scheduled", message, component });
}
