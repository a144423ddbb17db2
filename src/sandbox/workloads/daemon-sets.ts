import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { type KubeObject, labelsOf, nameOf, numberAt, objectAt, textAt } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, kindOf, ownedBy, setStatus, type WorkloadStep } from "./cluster-work.ts";
import { templateHash } from "./deployments.ts";
import { matchesNode, untolerated } from "./node-fit.ts";
import { createPod, isActive, isReady } from "./pods.ts";

const hashLabel = "controller-revision-hash";

/** Keeps one pod of every DaemonSet on each node that it fits. */
export const reconcileDaemonSets: WorkloadStep = (work) => {
  for (const set of work.store.list(resources.daemonSets)) if (!isDeleting(set)) keepOnNodes(work, set);
  return undefined;
};

function keepOnNodes(work: ClusterWork, set: KubeObject): void {
  const template = objectAt(set, "spec", "template");
  const hash = templateHash(template);
  const spec = objectAt(template, "spec");
  const nodes = work.view
    .list(resources.nodes)
    .filter(
      (node) => matchesNode(spec, node) && untolerated(spec, node, ["NoSchedule", "NoExecute"], true) === undefined,
    );
  const kind = kindOf(work, resources.pods);
  const pods = ownedBy(work, resources.pods, set).filter(isActive);
  const isCurrent = (pod: KubeObject) => labelsOf(pod)[hashLabel] === hash;
  const names = new Set(nodes.map(nameOf));
  const outdated = pods.filter((pod) => !isCurrent(pod));
  // One node after another, once the pods with the new template are ready.
  const replaced = pods.filter(isCurrent).every(isReady) ? outdated.slice(0, 1) : [];
  const stray = pods.filter((pod) => !names.has(textAt(pod, "spec", "nodeName")));
  for (const pod of new Set([...replaced, ...stray])) if (kind) deleteObject(work, kind, pod);
  const left = ownedBy(work, resources.pods, set).filter((pod) => pod.metadata["deletionTimestamp"] === undefined);
  const covered = new Set(left.map((pod) => textAt(pod, "spec", "nodeName")));
  for (const node of nodes) {
    if (covered.has(nameOf(node))) continue;
    const more = { labels: { [hashLabel]: hash }, spec: { nodeName: nameOf(node) } };
    createPod(work, set, { template, ...more, component: "daemonset-controller" });
  }
  report(work, set, nodes.length, isCurrent);
}

function report(work: ClusterWork, set: KubeObject, desired: number, isCurrent: (pod: KubeObject) => boolean): void {
  const pods = ownedBy(work, resources.pods, set).filter(isActive);
  const ready = pods.filter(isReady).length;
  const current = work.store.get(resources.daemonSets, textAt(set, "metadata", "namespace"), nameOf(set)) ?? set;
  setStatus(work, resources.daemonSets, current, {
    currentNumberScheduled: pods.length,
    desiredNumberScheduled: desired,
    numberMisscheduled: 0,
    numberReady: ready,
    ...(ready > 0 ? { numberAvailable: ready } : {}),
    ...(desired > ready ? { numberUnavailable: desired - ready } : {}),
    updatedNumberScheduled: pods.filter(isCurrent).length,
    observedGeneration: numberAt(set, "metadata", "generation") ?? 1,
  });
}
