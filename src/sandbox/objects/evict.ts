import { ApiStatus, methodNotAllowed, notFound } from "../server/api-status.ts";
import type { HttpAnswer } from "../server/http-server.ts";
import { type KubeObject, labelsOf, nameOf, namespaceOf, numberAt, objectAt, textAt } from "../store/kube-object.ts";
import { deleteObject } from "./delete.ts";
import { resourceKey, resources, type ServedKind } from "./served-kind.ts";
import { isDryRun, type ObjectRequest, type WriteContext } from "./write-context.ts";

/** Deletes a pod where its disruption budgets allow it. @throws ApiStatus 404, 405, 429. */
export function evictPod(world: WriteContext, kind: ServedKind, request: ObjectRequest): HttpAnswer {
  const { method, namespace, name = "" } = request;
  if (method !== "POST") throw methodNotAllowed();
  const pod = world.view.get(resourceKey(kind), namespace, name);
  if (!pod) throw notFound(kind.group, kind.plural, name);
  const budget = budgetsOf(world, pod).find((one) => (numberAt(one, "status", "disruptionsAllowed") ?? 0) <= 0);
  if (budget && textAt(pod, "status", "phase") === "Running") throw tooManyDisruptions(budget);
  if (!isDryRun(request)) {
    deleteObject(world, kind, pod);
    world.written();
  }
  return { status: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } };
}

const budgetsOf = (world: WriteContext, pod: KubeObject): KubeObject[] =>
  world.store
    .list(resources.disruptionBudgets)
    .filter((budget) => namespaceOf(budget) === namespaceOf(pod))
    .filter((budget) =>
      Object.entries(objectAt(budget, "spec", "selector", "matchLabels")).every(
        ([key, value]) => labelsOf(pod)[key] === value,
      ),
    );

function tooManyDisruptions(budget: KubeObject): ApiStatus {
  const healthy = numberAt(budget, "status", "currentHealthy") ?? 0;
  const desired = numberAt(budget, "status", "desiredHealthy") ?? 0;
  const message = `The disruption budget ${nameOf(budget)} needs ${desired} healthy pods and has ${healthy} currently`;
  return new ApiStatus(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
  });
}
