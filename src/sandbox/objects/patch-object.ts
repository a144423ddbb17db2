import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { applyJsonPatch, JsonPatchError } from "../../base/json-patch.ts";
import { type ApplyConflict, applyObject } from "../patch/apply.ts";
import { pathsOf } from "../patch/field-set.ts";
import type { Manager } from "../patch/managed-fields.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { StrategicMergeError, strategicMerge } from "../patch/strategic-merge.ts";
import { ApiStatus, badRequest, notFound } from "../server/api-status.ts";
import { type KubeObject, nameOf, timestamp } from "../store/kube-object.ts";
import { createObject } from "./create.ts";
import { decodeTyped, objectOfBody, parseBody } from "./request-body.ts";
import { apiVersionOf, type ServedKind } from "./served-kind.ts";
import { updateObject } from "./update.ts";
import { isDryRun, managerName, type ObjectRequest, type WriteContext } from "./write-context.ts";

const applyType = "application/apply-patch+yaml";
const strategicType = "application/strategic-merge-patch+json";

/** A patch answers 201 where an apply has created the object. */
export interface Patched {
  readonly status: 200 | 201;
  readonly object: KubeObject;
}

/**
 * Applies a patch of any kind to an object; server-side apply also creates one.
 *
 * @throws ApiStatus 400, 404, 409, 415, 422.
 */
export function patchObject(
  context: WriteContext,
  kind: ServedKind,
  request: ObjectRequest,
  warn: (text: string) => void,
): Patched {
  const name = request.name ?? "";
  const old = context.view.get(`${kind.plural}.${kind.group}`, request.namespace, name);
  const validation = request.query.get("fieldValidation") ?? "Warn";
  if (request.contentType === applyType) return apply(context, kind, request, old, validation, warn);
  if (!old) throw notFound(kind.group, kind.plural, name);
  const asServed = { ...old, apiVersion: apiVersionOf(kind) };
  const patched = applyPatch(asServed, request, context, kind);
  const sent = decodeTyped(objectOfBody(request, kind, patched), kind, context.kinds, validation, warn);
  const object = updateObject(context, kind, old, sent, {
    manager: managerName(request),
    dryRun: isDryRun(request),
    ...(request.subresource === undefined ? {} : { subresource: request.subresource }),
  });
  return { status: 200, object };
}

function applyPatch(old: KubeObject, request: ObjectRequest, context: WriteContext, kind: ServedKind): Json {
  const patch = parseBody(request);
  const { contentType } = request;
  try {
    if (contentType === "application/json-patch+json") return applyJsonPatch(old, patch);
    if (contentType === "application/merge-patch+json") return mergePatch(old, patch);
    if (contentType === strategicType && !kind.custom) {
      return strategicMerge(old, isJsonObject(patch) ? patch : {}, context.kinds.typeOf(kind));
    }
  } catch (error) {
    if (error instanceof JsonPatchError || error instanceof StrategicMergeError) {
      throw new ApiStatus(422, "Invalid", "the server rejected our request due to an error in our request", {
        causes: [{ message: error.message }],
      });
    }
    throw error;
  }
  const accepted = [
    "application/json-patch+json",
    "application/merge-patch+json",
    ...(kind.custom ? [] : [strategicType]),
    applyType,
  ];
  throw new ApiStatus(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
}

function apply(
  context: WriteContext,
  kind: ServedKind,
  request: ObjectRequest,
  old: KubeObject | undefined,
  validation: string,
  warn: (text: string) => void,
): Patched {
  const name = request.query.get("fieldManager") ?? "";
  if (name === "") throw fieldManagerMissing();
  const sent = objectOfBody(request, kind, parseBody(request));
  if (nameOf(sent) !== "" && nameOf(sent) !== request.name) {
    throw badRequest(`the name of the object (${nameOf(sent)}) does not match the name on the URL (${request.name})`);
  }
  if (sent.metadata["managedFields"] !== undefined) throw badRequest("metadata.managedFields must be nil");
  const named = { ...sent, metadata: { ...sent.metadata, name: request.name ?? "" } };
  const applied = decodeTyped(named, kind, context.kinds, validation, warn);
  const manager: Manager = {
    name,
    operation: "Apply",
    apiVersion: apiVersionOf(kind),
    subresource: request.subresource ?? "",
  };
  const live = old ?? { apiVersion: applied.apiVersion, kind: applied.kind, metadata: bareMetadata(applied) };
  const force = request.query.get("force") === "true";
  const time = timestamp(context.now());
  const result = applyObject({ live, applied, type: context.kinds.typeOf(kind), manager, force, time });
  if (!result.ok) throw applyConflict(result.conflicts);
  const dryRun = isDryRun(request);
  if (!old) return { status: 201, object: createObject(context, kind, result.object, { dryRun }) };
  const subresource = request.subresource === undefined ? {} : { subresource: request.subresource };
  return { status: 200, object: updateObject(context, kind, old, result.object, { dryRun, ...subresource }) };
}

function bareMetadata(object: KubeObject): JsonObject {
  const { name, namespace } = object.metadata;
  return { name: name ?? "", ...(namespace === undefined ? {} : { namespace }) };
}

const fieldManagerMissing = (): ApiStatus =>
  new ApiStatus(
    422,
    "Invalid",
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    {
      group: "meta.k8s.io",
      kind: "PatchOptions",
      causes: [
        { reason: "FieldValueRequired", message: "Required value: is required for apply patch", field: "fieldManager" },
      ],
    },
  );

function applyConflict(conflicts: readonly ApplyConflict[]): ApiStatus {
  const found = conflicts.flatMap(({ manager, fields }) =>
    pathsOf(fields).map((path) => ({ manager: printManager(manager), path })),
  );
  const list = found
    .map(({ manager }) => manager)
    .filter((manager, index, all) => all.indexOf(manager) === index)
    .sort()
    .flatMap((manager) => [
      `conflicts with ${manager}:`,
      ...found.filter((one) => one.manager === manager).map(({ path }) => `- ${path}`),
    ]);
  const [only] = found;
  const text = found.length === 1 && only ? `conflict with ${only.manager}: ${only.path}` : list.join("\n");
  const word = found.length === 1 ? "conflict" : "conflicts";
  return new ApiStatus(409, "Conflict", `Apply failed with ${found.length} ${word}: ${text}`, {
    causes: found.map(({ manager, path }) => ({
      reason: "FieldManagerConflict",
      message: `conflict with ${manager}`,
      field: path,
    })),
  });
}

function printManager({ name, operation, apiVersion, subresource }: Manager): string {
  const own = `${JSON.stringify(name)}${subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === "Update" ? `${own} using ${apiVersion}` : own;
}
