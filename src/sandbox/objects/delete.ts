import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { badRequest, conflict, forbiddenWrite } from "../server/api-status.ts";
import {
  type KubeObject,
  listAt,
  nameOf,
  namespaceOf,
  numberAt,
  text,
  textAt,
  timestamp,
} from "../store/kube-object.ts";
import { parseBody } from "./request-body.ts";
import { resourceKey, resources, type ServedKind } from "./served-kind.ts";
import { isDryRun, type ObjectRequest, type WriteContext } from "./write-context.ts";

export interface DeleteOptions {
  readonly propagation: "Background" | "Foreground" | "Orphan";
  readonly graceSeconds: number | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly dryRun: boolean;
}

/** @throws ApiStatus 400 for an unknown propagation policy. */
export function deleteOptions(request: ObjectRequest): DeleteOptions {
  const sent = request.body.trim() === "" ? {} : parseBody(request);
  const body: JsonObject = isJsonObject(sent) ? sent : {};
  const orphans = String(body["orphanDependents"] ?? request.query.get("orphanDependents") ?? "") === "true";
  const propagation =
    text(body["propagationPolicy"]) || request.query.get("propagationPolicy") || (orphans ? "Orphan" : "Background");
  if (propagation !== "Background" && propagation !== "Foreground" && propagation !== "Orphan") {
    throw badRequest(`invalid DeleteOptions: propagationPolicy: Unsupported value: ${JSON.stringify(propagation)}`);
  }
  const inQuery = request.query.get("gracePeriodSeconds");
  return {
    propagation,
    graceSeconds: numberAt(body, "gracePeriodSeconds") ?? (inQuery === null ? undefined : Number(inQuery)),
    uid: textAt(body, "preconditions", "uid"),
    resourceVersion: textAt(body, "preconditions", "resourceVersion"),
    dryRun: isDryRun(request) || listAt(body, "dryRun").includes("All"),
  };
}

const deletesAtOnce: DeleteOptions = {
  propagation: "Background",
  graceSeconds: undefined,
  uid: "",
  resourceVersion: "",
  dryRun: false,
};

const neverDeleted = ["default", "kube-system", "kube-public", "kube-node-lease"];

/**
 * Deletes an object: at once, or after its finalizers and its grace period.
 *
 * @returns the object where it is still there, with its `deletionTimestamp`; undefined where it is gone.
 * @throws ApiStatus 403, 409.
 */
export function deleteObject(
  context: WriteContext,
  kind: ServedKind,
  object: KubeObject,
  options: DeleteOptions = deletesAtOnce,
): KubeObject | undefined {
  const resource = resourceKey(kind);
  checkDelete(kind, object, options);
  if (options.dryRun) return undefined;
  const isNamespace = resource === resources.namespaces;
  const finalizers = finalizersAfter(object, options);
  const grace = graceOf(resource, object, options);
  const isComputed = context.view.isComputed(resource, namespaceOf(object), nameOf(object));
  // What the platform itself keeps in the cluster comes back at once.
  if (isComputed || (finalizers.length === 0 && grace === 0 && !isNamespace)) {
    context.store.remove(resource, object);
    return undefined;
  }
  const since = object.metadata["deletionTimestamp"] ?? timestamp(context.now() + grace * 1000);
  const { finalizers: _, ...metadata } = object.metadata;
  return context.store.put(resource, {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp: since,
      ...(resource === resources.pods || kind.generation ? { deletionGracePeriodSeconds: grace } : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
    ...(isNamespace ? { status: { phase: "Terminating" } } : {}),
  });
}

function checkDelete(kind: ServedKind, object: KubeObject, options: DeleteOptions): void {
  const named = { group: kind.group, resource: kind.plural, name: nameOf(object) };
  for (const key of ["uid", "resourceVersion"] as const) {
    const found = textAt(object, "metadata", key);
    if (options[key] === "" || options[key] === found) continue;
    const word = key === "uid" ? "UID" : "ResourceVersion";
    throw conflict(
      named,
      `Precondition failed: ${word} in precondition: ${options[key]}, ${word} in object meta: ${found}`,
    );
  }
  if (resourceKey(kind) === resources.namespaces && neverDeleted.includes(nameOf(object))) {
    throw forbiddenWrite(named, "this namespace may not be deleted");
  }
}

function finalizersAfter(object: KubeObject, { propagation }: DeleteOptions): string[] {
  const present = listAt(object, "metadata", "finalizers").map((one) => text(one));
  const own = present.filter((one) => one !== "orphan" && one !== "foregroundDeletion");
  if (propagation === "Orphan") return [...own, "orphan"];
  return propagation === "Foreground" ? [...own, "foregroundDeletion"] : own;
}

/** Seconds that a pod gets to stop: those of the request, else its own; none before it runs anywhere. */
function graceOf(resource: string, object: KubeObject, options: DeleteOptions): number {
  if (resource !== resources.pods || textAt(object, "spec", "nodeName") === "") return 0;
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded" || phase === "Failed") return 0;
  return options.graceSeconds ?? numberAt(object, "spec", "terminationGracePeriodSeconds") ?? 30;
}
