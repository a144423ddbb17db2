import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { at, type KubeObject, labelsOf, listAt, nameOf, objectAt, text, textAt } from "../store/kube-object.ts";
import { bytesOf, millicoresOf } from "../store/quantity.ts";

/** Amounts of resources by name: CPU in thousandths, all others as numbers. */
export type Amounts = Readonly<Record<string, number>>;

const amountOf = (resource: string, quantity: Json): number =>
  resource === "cpu" ? millicoresOf(String(quantity)) : bytesOf(String(quantity));

const amountsOf = (quantities: JsonObject): Amounts =>
  Object.fromEntries(Object.entries(quantities).map(([resource, value]) => [resource, amountOf(resource, value)]));

export function add(a: Amounts, b: Amounts): Amounts {
  const result: Record<string, number> = { ...a };
  for (const [resource, amount] of Object.entries(b)) result[resource] = (result[resource] ?? 0) + amount;
  return result;
}

/** What a pod's containers request together; a larger request of one that runs before them counts in its place. */
export function requestsOf(spec: JsonObject): Amounts {
  const of = (container: Json) => amountsOf(objectAt(container, "resources", "requests"));
  const together = listAt(spec, "containers").map(of).reduce(add, {});
  const result: Record<string, number> = { ...together };
  for (const container of listAt(spec, "initContainers")) {
    for (const [resource, amount] of Object.entries(of(container))) {
      result[resource] = Math.max(result[resource] ?? 0, amount);
    }
  }
  return result;
}

export const allocatableOf = (node: KubeObject): Amounts => amountsOf(objectAt(node, "status", "allocatable"));

type Expression = (labels: JsonObject) => boolean;

function expression(one: Json): Expression {
  const key = textAt(one, "key");
  const values = listAt(one, "values").map((value) => text(value));
  const isIn = (labels: JsonObject) => values.includes(text(labels[key]));
  const compare = (holds: (a: number, b: number) => boolean) => (labels: JsonObject) =>
    labels[key] !== undefined && holds(Number(text(labels[key])), Number(values[0]));
  const operators: Readonly<Record<string, Expression>> = {
    In: (labels) => labels[key] !== undefined && isIn(labels),
    NotIn: (labels) => labels[key] === undefined || !isIn(labels),
    Exists: (labels) => labels[key] !== undefined,
    DoesNotExist: (labels) => labels[key] === undefined,
    Gt: compare((a, b) => a > b),
    Lt: compare((a, b) => a < b),
  };
  return operators[textAt(one, "operator")] ?? (() => false);
}

/** Whether a node has what the selector and the required node affinity of a pod ask for. */
export function matchesNode(spec: JsonObject, node: KubeObject): boolean {
  const labels = labelsOf(node);
  const isSelected = Object.entries(objectAt(spec, "nodeSelector")).every(([key, value]) => labels[key] === value);
  const required = at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  if (!isSelected || !isJsonObject(required)) return isSelected;
  return listAt(required, "nodeSelectorTerms").some(
    (term) =>
      listAt(term, "matchExpressions").every((one) => expression(one)(labels)) &&
      listAt(term, "matchFields").every((one) => expression(one)({ "metadata.name": nameOf(node) })),
  );
}

/** The first taint of these effects that a pod does not tolerate, as the scheduler names it. */
export function untolerated(
  spec: JsonObject,
  node: KubeObject,
  effects: readonly string[],
  isDaemon = false,
): string | undefined {
  const tolerations = listAt(spec, "tolerations");
  const tolerates = (taint: Json) =>
    (isDaemon && textAt(taint, "key").startsWith("node.kubernetes.io/")) ||
    tolerations.some((one) => {
      const [key, effect] = [textAt(one, "key"), textAt(one, "effect")];
      if (key !== "" && key !== textAt(taint, "key")) return false;
      if (effect !== "" && effect !== textAt(taint, "effect")) return false;
      return textAt(one, "operator") === "Exists" || textAt(one, "value") === textAt(taint, "value");
    });
  const taint = listAt(node, "spec", "taints").find(
    (one) => effects.includes(textAt(one, "effect")) && !tolerates(one),
  );
  return taint === undefined ? undefined : `{${textAt(taint, "key")}: ${textAt(taint, "value")}}`;
}

/** Why a pod does not fit on a node, in the scheduler's words. */
export interface Misfit {
  readonly reasons: readonly string[];
  /** Whether it would fit if other pods made room. */
  readonly isResolvable: boolean;
}

const podsPerNode = 110;

/** @param used what the pods on the node request, and how many they are. */
export function misfitOf(
  spec: JsonObject,
  node: KubeObject,
  used: { readonly amounts: Amounts; readonly pods: number },
): Misfit | undefined {
  const never = (reason: string): Misfit => ({ reasons: [reason], isResolvable: false });
  if (at(node, "spec", "unschedulable") === true) return never("node(s) were unschedulable");
  const taint = untolerated(spec, node, ["NoSchedule", "NoExecute"]);
  if (taint !== undefined) return never(`node(s) had untolerated taint ${taint}`);
  if (!matchesNode(spec, node)) return never("node(s) didn't match Pod's node affinity/selector");
  const requests = requestsOf(spec);
  const allocatable = allocatableOf(node);
  const lacking = Object.keys(requests).filter((resource) => {
    const total = allocatable[resource] ?? (resource === "ephemeral-storage" ? Number.POSITIVE_INFINITY : 0);
    return (requests[resource] ?? 0) > total - (used.amounts[resource] ?? 0);
  });
  const reasons = lacking.map((resource) => `Insufficient ${resource}`);
  if (used.pods >= podsPerNode) reasons.unshift("Too many pods");
  if (reasons.length === 0) return undefined;
  const isResolvable = lacking.every((resource) => (requests[resource] ?? 0) <= (allocatable[resource] ?? 0));
  return { reasons, isResolvable };
}

/** The scheduler's message about a pod that fits on no node. */
export function unschedulableMessage(misfits: readonly Misfit[]): string {
  if (misfits.length === 0) return "no nodes available to schedule pods";
  const available = `0/${misfits.length} nodes are available`;
  const victims = misfits.map((misfit) =>
    misfit.isResolvable ? "No preemption victims found for incoming pod" : "Preemption is not helpful for scheduling",
  );
  return `${available}: ${counted(misfits.flatMap(({ reasons }) => reasons))}. preemption: ${available}: ${counted(victims)}.`;
}

/** `2 Insufficient cpu, 1 Too many pods` in the order of the texts. */
export function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(", ");
}
