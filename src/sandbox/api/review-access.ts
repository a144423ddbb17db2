import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { readAccessReview } from "../server/access-review.ts";
import { methodNotAllowed } from "../server/api-status.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";
import type { Identity } from "../server/identity.ts";
import { text, timestamp } from "../store/kube-object.ts";
import { type AccessRules, isAllowed, isPathAllowed } from "./access.ts";

/** Answers a SelfSubjectAccessReview. @throws ApiStatus 405 for anything but a POST. */
export function reviewAccess(request: HttpRequest, identity: Identity, rules: AccessRules, now: number): HttpAnswer {
  if (request.method !== "POST") throw methodNotAllowed();
  const spec = readAccessReview(request);
  const asked = isJsonObject(spec["resourceAttributes"]) ? spec["resourceAttributes"] : {};
  const path = isJsonObject(spec["nonResourceAttributes"]) ? text(spec["nonResourceAttributes"]["path"]) : undefined;
  const allowed = path === undefined ? isResourceAllowed(identity, asked, rules) : isPathAllowed(identity, path);
  const reason = `RBAC: allowed by RoleBinding "tenant/${rules.namespace}" of Role "tenant" to User "${identity.user}"`;
  return {
    status: 201,
    body: {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: { managedFields: [managedFields(request, asked, now)] },
      spec,
      status: allowed ? { allowed, reason } : { allowed },
    },
  };
}

function isResourceAllowed(identity: Identity, asked: JsonObject, rules: AccessRules): boolean {
  const action = {
    verb: text(asked["verb"]),
    group: text(asked["group"]),
    resource: text(asked["resource"]),
    subresource: text(asked["subresource"]) || undefined,
    namespace: text(asked["namespace"]) || undefined,
    name: text(asked["name"]) || undefined,
  };
  return isAllowed(identity, action, rules);
}

function managedFields(request: HttpRequest, asked: JsonObject, now: number): JsonObject {
  const fields = Object.fromEntries(
    Object.keys(asked)
      .sort()
      .map((key) => [`f:${key}`, {}]),
  );
  return {
    manager: (request.headers["user-agent"] ?? "").split("/")[0] || "unknown",
    operation: "Update",
    apiVersion: "authorization.k8s.io/v1",
    time: timestamp(now),
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:resourceAttributes": { ".": {}, ...fields } } },
  };
}

/** Answers a SelfSubjectReview. @throws ApiStatus 405 for anything but a POST. */
export function reviewSelf(request: HttpRequest, identity: Identity): HttpAnswer {
  if (request.method !== "POST") throw methodNotAllowed();
  return {
    status: 201,
    body: {
      kind: "SelfSubjectReview",
      apiVersion: "authentication.k8s.io/v1",
      metadata: {},
      status: { userInfo: { username: identity.user, groups: ["system:authenticated"] } },
    },
  };
}
