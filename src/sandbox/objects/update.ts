import { type JsonObject, jsonEqual } from "../../base/json.ts";
import { ownedAfterUpdate } from "../patch/managed-fields.ts";
import { conflict, invalid } from "../server/api-status.ts";
import { type KubeObject, listAt, nameOf, numberAt, text, textAt, timestamp } from "../store/kube-object.ts";
import { setDefaults } from "./defaults/defaults.ts";
import { prepareObject } from "./prepare.ts";
import { validateObject } from "./rules/validate.ts";
import { apiVersionOf, resourceKey, type ServedKind } from "./served-kind.ts";
import type { WriteContext } from "./write-context.ts";

interface UpdateOptions {
  /** The client that owns what it changes; undefined for a controller of the cluster, and for an apply. */
  readonly manager?: string;
  readonly subresource?: string;
  readonly dryRun?: boolean;
}

const modified = "the object has been modified; please apply your changes to the latest version and try again";

/**
 * Stores a changed object. One that is being deleted and has no finalizers left is removed.
 *
 * @throws ApiStatus 409 for another version or uid than the stored one, 422 for an invalid object.
 */
export function updateObject(
  context: WriteContext,
  kind: ServedKind,
  old: KubeObject,
  sent: KubeObject,
  options: UpdateOptions = {},
): KubeObject {
  checkPreconditions(kind, old, sent);
  const isStatus = options.subresource === "status";
  const merged = isStatus ? withNewStatus(old, sent) : withNewContent(kind, old, sent);
  const prepared = isStatus ? merged : prepareObject(kind, setDefaults(kind, merged), context, old);
  if (!isStatus) validateObject(kind, prepared, old);
  const counted = withGeneration(kind, old, prepared);
  if (isSame(old, counted)) return old;
  const owned = options.manager === undefined ? counted : owner(context, kind, old, counted, options);
  if (options.dryRun) return owned;
  const resource = resourceKey(kind);
  const isOver =
    owned.metadata["deletionTimestamp"] !== undefined && listAt(owned, "metadata", "finalizers").length === 0;
  const waits =
    listAt(owned, "spec", "finalizers").length > 0 || numberAt(owned, "metadata", "deletionGracePeriodSeconds");
  if (isOver && !waits) {
    context.store.remove(resource, owned);
    return owned;
  }
  const stored = context.store.put(resource, owned);
  return context.view.get(resource, text(stored.metadata["namespace"]), nameOf(stored)) ?? stored;
}

function checkPreconditions(kind: ServedKind, old: KubeObject, sent: KubeObject): void {
  const named = { group: kind.group, resource: kind.plural, name: nameOf(old) };
  const uid = textAt(sent, "metadata", "uid");
  if (uid !== "" && uid !== textAt(old, "metadata", "uid")) {
    throw conflict(
      named,
      `StorageError: invalid object, Code: 4, Key: , ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${textAt(old, "metadata", "uid")}`,
    );
  }
  const version = textAt(sent, "metadata", "resourceVersion");
  if (version !== "" && version !== textAt(old, "metadata", "resourceVersion")) throw conflict(named, modified);
}

const fixed = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "name",
  "namespace",
];

/** What clients cannot change stays as it was. */
function keptMetadata(old: KubeObject, metadata: JsonObject): JsonObject {
  const result: JsonObject = { ...metadata };
  for (const key of fixed) {
    const value = old.metadata[key];
    if (value === undefined) delete result[key];
    else result[key] = value;
  }
  delete result["selfLink"];
  return result;
}

function withNewContent(kind: ServedKind, old: KubeObject, sent: KubeObject): KubeObject {
  if (nameOf(sent) !== nameOf(old)) {
    throw invalid(kind.group, kind.kind, nameOf(old), {
      field: "metadata.name",
      reason: "FieldValueInvalid",
      message: `Invalid value: ${JSON.stringify(nameOf(sent))}: field is immutable`,
    });
  }
  const metadata = keptMetadata(old, sent.metadata);
  if (!kind.subresources.includes("status")) return { ...sent, metadata };
  const { status, ...content } = sent;
  const kept = old["status"];
  return {
    ...content,
    apiVersion: sent.apiVersion,
    kind: sent.kind,
    metadata,
    ...(kept === undefined ? {} : { status: kept }),
  };
}

function withNewStatus(old: KubeObject, sent: KubeObject): KubeObject {
  const managed = sent.metadata["managedFields"];
  const status = sent["status"];
  return {
    ...old,
    metadata: { ...old.metadata, ...(managed === undefined ? {} : { managedFields: managed }) },
    ...(status === undefined ? {} : { status }),
  };
}

/** The parts of an object that its generation counts. */
function contentOf(object: KubeObject): JsonObject {
  const { metadata, status, ...content } = object;
  return content;
}

function withGeneration(kind: ServedKind, old: KubeObject, object: KubeObject): KubeObject {
  if (!kind.generation || jsonEqual(contentOf(old), contentOf(object))) return object;
  const generation = (numberAt(old, "metadata", "generation") ?? 0) + 1;
  return { ...object, metadata: { ...object.metadata, generation } };
}

const volatile = (object: KubeObject): JsonObject => {
  const { resourceVersion, ...metadata } = object.metadata;
  return { ...object, metadata };
};

const isSame = (old: KubeObject, object: KubeObject): boolean => jsonEqual(volatile(old), volatile(object));

function owner(
  context: WriteContext,
  kind: ServedKind,
  old: KubeObject,
  object: KubeObject,
  options: UpdateOptions,
): KubeObject {
  const manager = {
    name: options.manager ?? "",
    operation: "Update",
    apiVersion: apiVersionOf(kind),
    subresource: options.subresource ?? "",
  } as const;
  return ownedAfterUpdate(old, object, context.kinds.typeOf(kind), manager, timestamp(context.now()));
}
