import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import type { GroupState } from "../store/cluster-state.ts";
import { type KubeObject, listAt, nameOf, objectAt, textAt } from "../store/kube-object.ts";
import { type ClusterWork, dueOf, isDeleting, type WorkloadStep } from "./cluster-work.ts";
import { type Amounts, add, counted, misfitOf, requestsOf } from "./node-fit.ts";
import { isActive } from "./pods.ts";
import { recordOnce } from "./record-event.ts";

const component = "cluster-autoscaler";

/** A node that is to come: of a machine that is not ready yet, or of one that a group would get. */
interface FutureNode {
  readonly node: KubeObject;
  used: { readonly amounts: Amounts; readonly pods: number };
}

/** Raises groups for pods that fit on no node, and keeps the machines whose nodes run pods. */
export const reconcileAutoscaler: WorkloadStep = (work) => {
  for (const group of Object.values(work.cluster.groups)) markBusy(work, group);
  const future: FutureNode[] = Object.values(work.cluster.groups).flatMap((group) => comingNodes(work, group));
  return earliest(...unschedulable(work).map((pod) => scaleUp(work, pod, future)));
};

const unschedulable = (work: ClusterWork): KubeObject[] =>
  work.store
    .list(resources.pods)
    .filter((pod) => !isDeleting(pod) && textAt(pod, "spec", "nodeName") === "")
    .filter((pod) =>
      listAt(pod, "status", "conditions").some(
        (one) => textAt(one, "reason") === "Unschedulable" && !textAt(one, "message").includes("persistentvolumeclaim"),
      ),
    );

const futureNode = (work: ClusterWork, group: GroupState): FutureNode => ({
  node: work.templateNode(group),
  used: { amounts: {}, pods: 0 },
});

function comingNodes(work: ClusterWork, group: GroupState): FutureNode[] {
  const ready = group.machines.filter((machine) => machine.readyAt <= work.now()).length;
  return Array.from({ length: Math.max(0, group.replicas - ready) }, () => futureNode(work, group));
}

function place(pod: KubeObject, future: FutureNode): boolean {
  const spec = objectAt(pod, "spec");
  if (misfitOf(spec, future.node, future.used) !== undefined) return false;
  future.used = { amounts: add(future.used.amounts, requestsOf(spec)), pods: future.used.pods + 1 };
  return true;
}

function scaleUp(work: ClusterWork, pod: KubeObject, future: FutureNode[]): Next {
  if (future.some((one) => place(pod, one))) return undefined;
  const due = dueOf(work, pod, "scale-up", work.pace.scaleUp);
  if (due > work.now()) return due;
  const spec = objectAt(pod, "spec");
  const reasons: string[] = [];
  const fitting = Object.values(work.cluster.groups).filter((group) => {
    const misfit = misfitOf(spec, work.templateNode(group), { amounts: {}, pods: 0 });
    const isFull = group.rendered.max <= 0 || group.replicas >= group.rendered.max;
    if (misfit) reasons.push(...misfit.reasons);
    else if (isFull) reasons.push("max node group size reached");
    return misfit === undefined && !isFull;
  });
  // The smallest node that is enough.
  const [group] = fitting.sort((a, b) => Number(a.rendered.gpus.length) - Number(b.rendered.gpus.length));
  if (!group) {
    const message = `pod didn't trigger scale-up: ${counted(reasons)}`;
    recordOnce(work, pod, { reason: "NotTriggerScaleUp", message, component });
    return undefined;
  }
  const before = group.replicas;
  group.replicas = before + 1;
  group.idleAt = work.scheduler.due(work.idleMs);
  const added = futureNode(work, group);
  place(pod, added);
  future.push(added);
  const name = `MachineDeployment/${work.tenant}/kubernetes-${work.cluster.name}-${group.rendered.name}`;
  const message = `pod triggered scale-up: [{${name} ${before}->${group.replicas} (max: ${group.rendered.max})}]`;
  recordOnce(work, pod, { reason: "TriggeredScaleUp", message, component });
  work.scaled();
  return undefined;
}

/** Machines whose nodes run pods other than those of DaemonSets stay; the others may go after a while. */
function markBusy(work: ClusterWork, group: GroupState): void {
  const isOwn = (pod: KubeObject) =>
    isActive(pod) && !listAt(pod, "metadata", "ownerReferences").some((owner) => textAt(owner, "kind") === "DaemonSet");
  const used = new Set(
    work.store
      .list(resources.pods)
      .filter(isOwn)
      .map((pod) => textAt(pod, "spec", "nodeName")),
  );
  const names = new Set(work.view.list(resources.nodes).map(nameOf));
  const busy = group.machines.map(({ name }) => name).filter((name) => used.has(name) && names.has(name));
  const before = group.busy ?? [];
  if (busy.length === before.length && busy.every((name) => before.includes(name))) return;
  if (before.some((name) => !busy.includes(name))) group.idleAt = work.scheduler.due(work.idleMs);
  group.busy = busy;
  work.scaled();
}
