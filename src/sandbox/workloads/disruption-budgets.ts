import type { Json } from "../../base/json.ts";
import { resources } from "../objects/served-kind.ts";
import { at, type KubeObject, labelsOf, listAt, namespaceOf, numberAt, objectAt } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, setStatus, type WorkloadStep, withCondition } from "./cluster-work.ts";
import { isActive, isReady } from "./pods.ts";

/** Counts for every PodDisruptionBudget how many pods may be evicted. */
export const reconcileDisruptionBudgets: WorkloadStep = (work) => {
  for (const budget of work.store.list(resources.disruptionBudgets)) if (!isDeleting(budget)) count(work, budget);
  return undefined;
};

function podsOf(work: ClusterWork, budget: KubeObject): KubeObject[] {
  const labels = Object.entries(objectAt(budget, "spec", "selector", "matchLabels"));
  return work.store
    .list(resources.pods)
    .filter((pod) => namespaceOf(pod) === namespaceOf(budget) && isActive(pod))
    .filter((pod) => labels.every(([key, value]) => labelsOf(pod)[key] === value));
}

/** A number of pods, or a share of them rounded up. */
const amountOf = (value: Json, total: number): number =>
  typeof value === "number" ? value : Math.ceil((Number(String(value).replace("%", "")) / 100) * total);

function count(work: ClusterWork, budget: KubeObject): void {
  const pods = podsOf(work, budget);
  const healthy = pods.filter(isReady).length;
  const [least, most] = [at(budget, "spec", "minAvailable"), at(budget, "spec", "maxUnavailable")];
  const desired =
    least !== undefined ? amountOf(least, pods.length) : Math.max(0, pods.length - amountOf(most ?? 0, pods.length));
  const allowed = Math.max(0, healthy - desired);
  const condition = {
    type: "DisruptionAllowed",
    status: allowed > 0 ? "True" : "False",
    reason: allowed > 0 ? "SufficientPods" : "InsufficientPods",
    message: "",
  } as const;
  setStatus(work, resources.disruptionBudgets, budget, {
    conditions: withCondition(work, listAt(budget, "status", "conditions"), condition),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: pods.length,
    observedGeneration: numberAt(budget, "metadata", "generation") ?? 1,
  });
}
