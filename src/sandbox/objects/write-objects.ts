import type { Json } from "../../base/json.ts";
import { ApiStatus, methodNotAllowed, notFound } from "../server/api-status.ts";
import type { HttpAnswer } from "../server/http-server.ts";
import { type KubeObject, nameOf, textAt } from "../store/kube-object.ts";
import { createObject } from "./create.ts";
import { deleteObject, deleteOptions } from "./delete.ts";
import { patchObject } from "./patch-object.ts";
import { decodeTyped, objectOfBody, parseBody } from "./request-body.ts";
import { changedScale, scaleOf, withScale } from "./scale.ts";
import { apiVersionOf, resourceKey, type ServedKind } from "./served-kind.ts";
import { updateObject } from "./update.ts";
import { isDryRun, managerName, type ObjectRequest, type WriteContext } from "./write-context.ts";

/**
 * POST, PUT, PATCH and DELETE of objects of one kind.
 *
 * @param chosen the objects that a DELETE without a name selects.
 * @throws ApiStatus as the API server answers.
 */
export function writeObjects(
  context: WriteContext,
  kind: ServedKind,
  request: ObjectRequest,
  chosen: (object: KubeObject) => boolean,
): HttpAnswer {
  const warnings: string[] = [];
  const answer = write(context, kind, request, chosen, (text) => warnings.push(text));
  if (!isDryRun(request)) context.written();
  if (warnings.length === 0 || !("body" in answer)) return answer;
  const headers = { warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(", ") };
  return { ...answer, headers };
}

type Warn = (text: string) => void;

function write(
  context: WriteContext,
  kind: ServedKind,
  request: ObjectRequest,
  chosen: (object: KubeObject) => boolean,
  warn: Warn,
): HttpAnswer {
  const { method, subresource } = request;
  const answer = (status: number, object: KubeObject): HttpAnswer => ({
    status,
    body: { ...object, apiVersion: apiVersionOf(kind) },
  });
  if (subresource === "scale") return writeScale(context, kind, request);
  if (method === "POST" && request.name === undefined) {
    const object = decoded(context, kind, request, warn);
    return answer(
      201,
      createObject(context, kind, object, { manager: managerName(request), dryRun: isDryRun(request) }),
    );
  }
  if (method === "DELETE" && subresource === undefined) {
    return request.name === undefined ? deleteAll(context, kind, request, chosen) : deleteOne(context, kind, request);
  }
  if (request.name === undefined) throw methodNotAllowed();
  if (method === "PATCH") {
    const { status, object } = patchObject(context, kind, request, warn);
    return answer(status, object);
  }
  if (method !== "PUT") throw methodNotAllowed();
  const sent = decoded(context, kind, request, warn);
  const old = existing(context, kind, request);
  checkVersionGiven(kind, sent);
  const options = { manager: managerName(request), dryRun: isDryRun(request) };
  return answer(
    200,
    updateObject(context, kind, old, sent, { ...options, ...(subresource === undefined ? {} : { subresource }) }),
  );
}

function decoded(context: WriteContext, kind: ServedKind, request: ObjectRequest, warn: Warn): KubeObject {
  const validation = request.query.get("fieldValidation") ?? "Warn";
  return decodeTyped(objectOfBody(request, kind, parseBody(request)), kind, context.kinds, validation, warn);
}

function existing(context: WriteContext, kind: ServedKind, request: ObjectRequest): KubeObject {
  const name = request.name ?? "";
  const found = context.view.get(resourceKey(kind), request.namespace, name);
  if (!found) throw notFound(kind.group, kind.plural, name);
  return found;
}

/** Custom resources are never updated without a version. */
function checkVersionGiven(kind: ServedKind, sent: KubeObject): void {
  if (!kind.custom || textAt(sent, "metadata", "resourceVersion") !== "") return;
  const message = "Invalid value: 0x0: must be specified for an update";
  throw new ApiStatus(
    422,
    "Invalid",
    `${kind.plural}.${kind.group} "${nameOf(sent)}" is invalid: metadata.resourceVersion: ${message}`,
    {
      name: nameOf(sent),
      group: kind.group,
      kind: kind.plural,
      causes: [{ reason: "FieldValueInvalid", message, field: "metadata.resourceVersion" }],
    },
  );
}

function writeScale(context: WriteContext, kind: ServedKind, request: ObjectRequest): HttpAnswer {
  const old = existing(context, kind, request);
  if (request.method !== "PUT" && request.method !== "PATCH") throw methodNotAllowed();
  const scale = changedScale(request.method, request.contentType, scaleOf(kind, old), parseBody(request));
  const options = { manager: managerName(request), dryRun: isDryRun(request), subresource: "scale" };
  return { status: 200, body: scaleOf(kind, updateObject(context, kind, old, withScale(kind, old, scale), options)) };
}

function deleteOne(context: WriteContext, kind: ServedKind, request: ObjectRequest): HttpAnswer {
  const options = deleteOptions(request);
  const object = existing(context, kind, request);
  const left = deleteObject(context, kind, object, options);
  if (left) return { status: 200, body: { ...left, apiVersion: apiVersionOf(kind) } };
  const details: Json = {
    name: nameOf(object),
    ...(kind.group === "" ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: textAt(object, "metadata", "uid"),
  };
  return { status: 200, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details } };
}

function deleteAll(
  context: WriteContext,
  kind: ServedKind,
  request: ObjectRequest,
  chosen: (object: KubeObject) => boolean,
): HttpAnswer {
  const options = deleteOptions(request);
  const objects = context.view.list(resourceKey(kind)).filter(chosen);
  for (const object of objects) deleteObject(context, kind, object, options);
  return {
    status: 200,
    body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata: {}, items: objects },
  };
}
