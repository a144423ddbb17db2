import { type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { createObject } from "../objects/create.ts";
import type { ServedKind } from "../objects/served-kind.ts";
import type { WriteContext } from "../objects/write-context.ts";
import type { Next } from "../platform/controller.ts";
import type { WorkloadPace } from "../platform/pace.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { GroupState } from "../store/cluster-state.ts";
import {
  type KubeObject,
  listAt,
  nameOf,
  namespaceOf,
  objectAt,
  text,
  textAt,
  timestamp,
} from "../store/kube-object.ts";

/** What the controllers inside one cluster work on. */
export interface ClusterWork extends WriteContext {
  readonly scheduler: Scheduler;
  readonly pace: WorkloadPace;
  /** The tenant's namespace on the platform. */
  readonly tenant: string;
  /** Lifecycle milliseconds until a node without pods goes. */
  readonly idleMs: number;
  /** A node as the next machine of a group will be. */
  readonly templateNode: (group: GroupState) => KubeObject;
  /** Called after a change to a group. */
  readonly scaled: () => void;
}

/** Brings the objects of a cluster closer to what they ask for; answers when to look again. */
export type WorkloadStep = (work: ClusterWork) => Next;

/**
 * The moment of a step of an object: `ms` lifecycle milliseconds after it was first asked for.
 *
 * @param step names it within the object; the moments of an object are forgotten with it.
 */
export function dueOf({ cluster, scheduler }: ClusterWork, object: KubeObject, step: string, ms: number): number {
  cluster.due ??= {};
  const key = `${uidOf(object)}/${step}`;
  const known = cluster.due[key] ?? scheduler.due(ms);
  cluster.due[key] = known;
  return known;
}

export const uidOf = (object: KubeObject): string => textAt(object, "metadata", "uid");
export const isDeleting = (object: KubeObject): boolean => object.metadata["deletionTimestamp"] !== undefined;

export const kindOf = (work: ClusterWork, resource: string): ServedKind | undefined => work.kinds.byResource(resource);

/** Stores another status; the same one changes nothing. */
export function setStatus(work: ClusterWork, resource: string, object: KubeObject, status: JsonObject): KubeObject {
  if (jsonEqual(object["status"], status)) return object;
  return work.store.put(resource, { ...object, status });
}

/** Creates an object; undefined where the API server refuses it, as in a namespace that is being deleted. */
export function tryCreate(work: ClusterWork, resource: string, object: KubeObject): KubeObject | undefined {
  const kind = kindOf(work, resource);
  if (!kind) return undefined;
  const namespace = namespaceOf(object);
  if (namespace !== "") {
    const found = work.view.get("namespaces.", "", namespace);
    if (!found || isDeleting(found)) return undefined;
  }
  return createObject(work, kind, object);
}

/** Takes a finalizer away; an object that is being deleted goes with its last one. */
export function removeFinalizer(work: ClusterWork, resource: string, object: KubeObject, finalizer: string): void {
  const left = listAt(object, "metadata", "finalizers").filter((one) => one !== finalizer);
  const { finalizers, ...metadata } = object.metadata;
  if (isDeleting(object) && left.length === 0) work.store.remove(resource, object);
  else {
    const changed: JsonObject = left.length > 0 ? { ...metadata, finalizers: left } : metadata;
    work.store.put(resource, { ...object, metadata: changed });
  }
}

export const hasFinalizer = (object: KubeObject, finalizer: string): boolean =>
  listAt(object, "metadata", "finalizers").includes(finalizer);

/** A reference to the controller that owns an object. */
export const ownerReference = (owner: KubeObject): JsonObject => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: nameOf(owner),
  uid: uidOf(owner),
  controller: true,
  blockOwnerDeletion: true,
});

export const ownerUids = (object: KubeObject): string[] =>
  listAt(object, "metadata", "ownerReferences").map((owner) => textAt(owner, "uid"));

/** The objects of a resource that an object owns. */
export const ownedBy = (work: ClusterWork, resource: string, owner: KubeObject): KubeObject[] =>
  work.store.list(resource).filter((object) => ownerUids(object).includes(uidOf(owner)));

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

/** The conditions of an object with one of them changed; its time moves with its status only. */
export function withCondition(
  work: ClusterWork,
  conditions: readonly Json[],
  condition: Condition,
  times: readonly string[] = ["lastTransitionTime"],
): Json[] {
  const now = timestamp(work.now());
  const before = objectAt(conditions.find((one) => textAt(one, "type") === condition.type));
  const isSame = text(before["status"]) === condition.status;
  const moments = Object.fromEntries(times.map((time) => [time, isSame ? (before[time] ?? now) : now]));
  const others = conditions.filter((one) => textAt(one, "type") !== condition.type);
  return [...others, { ...condition, ...moments }];
}
