import { randomBytes, randomUUID } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import { ownedAfterUpdate } from "../patch/managed-fields.ts";
import { alreadyExists, badRequest, forbiddenWrite, notFound } from "../server/api-status.ts";
import { type KubeObject, nameOf, namespaceOf, text, textAt, timestamp } from "../store/kube-object.ts";
import { setDefaults } from "./defaults/defaults.ts";
import { prepareObject } from "./prepare.ts";
import { validateObject } from "./rules/validate.ts";
import { apiVersionOf, resourceKey, resources, type ServedKind } from "./served-kind.ts";
import type { WriteContext } from "./write-context.ts";

interface CreateOptions {
  /** The client that owns its fields; undefined for a controller of the cluster, and for an apply, which has set them. */
  readonly manager?: string;
  readonly dryRun?: boolean;
}

/**
 * Stores a new object.
 *
 * @throws ApiStatus 404 without its namespace, 409 where it exists, 422 for an invalid one.
 */
export function createObject(
  context: WriteContext,
  kind: ServedKind,
  sent: KubeObject,
  options: CreateOptions = {},
): KubeObject {
  if (text(sent.metadata["resourceVersion"]) !== "")
    throw badRequest("resourceVersion should not be set on objects to be created");
  const named = withName(sent);
  checkNamespace(context, kind, named);
  const now = timestamp(context.now());
  const { status, ...content } = named;
  const { deletionTimestamp, deletionGracePeriodSeconds, selfLink, ...metadata } = named.metadata;
  const own: KubeObject = {
    ...(kind.subresources.includes("status") ? content : named),
    apiVersion: named.apiVersion,
    kind: named.kind,
    metadata: {
      ...metadata,
      uid: randomUUID(),
      creationTimestamp: now,
      ...(kind.generation ? { generation: 1 } : {}),
    },
  };
  const prepared = prepareObject(kind, setDefaults(kind, own), context, undefined);
  validateObject(kind, prepared, undefined);
  if (context.view.get(resourceKey(kind), namespaceOf(prepared), nameOf(prepared))) {
    throw alreadyExists({ group: kind.group, resource: kind.plural, name: nameOf(prepared) });
  }
  const owned = options.manager === undefined ? prepared : ownedBy(context, kind, prepared, options.manager, now);
  return options.dryRun ? owned : context.store.put(resourceKey(kind), owned);
}

function ownedBy(context: WriteContext, kind: ServedKind, object: KubeObject, name: string, now: string): KubeObject {
  const manager = { name, operation: "Update", apiVersion: apiVersionOf(kind), subresource: "" } as const;
  const { status, ...content } = object;
  const base: KubeObject = { ...content, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
  const { metadata } = ownedAfterUpdate(undefined, base, context.kinds.typeOf(kind), manager, now);
  return { ...object, metadata };
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** A random suffix in Kubernetes' own alphabet. */
export const randomSuffix = (length = 5): string =>
  [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join("");

function withName(object: KubeObject): KubeObject {
  const prefix = textAt(object, "metadata", "generateName");
  if (nameOf(object) !== "" || prefix === "") return object;
  return { ...object, metadata: { ...object.metadata, name: `${prefix.slice(0, 58)}${randomSuffix()}` } };
}

function checkNamespace(context: WriteContext, kind: ServedKind, object: KubeObject): void {
  if (!kind.namespaced) return;
  const name = namespaceOf(object);
  const namespace = context.view.get(resources.namespaces, "", name);
  if (!namespace) throw notFound("", "namespaces", name);
  if (namespace.metadata["deletionTimestamp"] === undefined) return;
  const cause: JsonObject = {
    reason: "NamespaceTerminating",
    message: `namespace ${name} is being terminated`,
    field: "metadata.namespace",
  };
  throw forbiddenWrite(
    { group: kind.group, resource: kind.plural, name: nameOf(object) },
    `unable to create new content in namespace ${name} because it is being terminated`,
    [cause],
  );
}
