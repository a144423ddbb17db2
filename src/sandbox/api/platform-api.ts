import { isJsonObject, type JsonObject } from "../../base/json.ts";
import {
  type AccessRules,
  type Action,
  anonymous,
  forbidden,
  forbiddenPath,
  type Identity,
  isAllowed,
  isPathAllowed,
} from "./access.ts";
import { readAccessReview } from "../server/access-review.ts";
import { parseResourcePath, type ResourcePath, verbOf } from "../server/api-path.ts";
import type { ApiResource } from "../server/api-resource.ts";
import { ApiStatus, methodNotAllowed, noSuchResource, unauthorized } from "../server/api-status.ts";
import { group as applicationGroup } from "./application.ts";
import type { ApplicationWrites } from "./application-writes.ts";
import { discover } from "../server/discovery.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";
import { type KubeObject, text, timestamp } from "../store/kube-object.ts";
import type { OpenApi } from "./openapi.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { type ReadContext, readResource } from "../server/resource-reads.ts";
import { tableVersion, toTable } from "../server/table.ts";
import { platformVersion } from "../server/version-answer.ts";

export interface PlatformApiOptions {
  readonly profile: Profile;
  /** What is served, applications as they were so many versions ago. */
  readonly resources: (stale: number) => readonly ApiResource[];
  readonly writes: ApplicationWrites;
  readonly openApi: OpenApi;
  readonly rules: AccessRules;
  readonly context: ReadContext;
  readonly now: () => number;
  /** Who a token belongs to; undefined for a wrong or expired one. */
  readonly identify: (token: string) => Identity | undefined;
  readonly identifyCertificate: (commonName: string) => Identity | undefined;
  /** Whether the aggregated API server is down. */
  readonly down: () => boolean;
}

export interface PlatformApi {
  identify(request: HttpRequest): Identity | undefined;
  /** @param stale how many versions back reads go, and what patches are made on. */
  handle(request: HttpRequest, identity: Identity | undefined, stale: number): Promise<HttpAnswer>;
}

const aggregatedGroups = new Set([applicationGroup, "core.cozystack.io"]);

/** The platform's API as a tenant meets it: authentication, authorization, routing. */
export function createPlatformApi(options: PlatformApiOptions): PlatformApi {
  const { profile, rules } = options;

  const identify = (request: HttpRequest): Identity | undefined => {
    const header = request.headers["authorization"];
    if (header !== undefined) return options.identify(header.replace(/^Bearer +/i, ""));
    if (request.certificate === "untrusted") return undefined;
    if (request.certificate) return options.identifyCertificate(request.certificate.commonName);
    return anonymous;
  };

  const handle = async (request: HttpRequest, identity: Identity | undefined, stale: number): Promise<HttpAnswer> => {
    const resources = options.resources(request.method === "GET" ? stale : 0);
    if (!identity) throw unauthorized();
    const path = parseResourcePath(request.path);
    if (!path) return outside(request, identity);
    const verb = verbOf(request.method, path, request.query);
    const action: Action = { verb, ...path };
    if (!isAllowed(identity, action, rules)) throw forbidden(identity, action);
    if (aggregatedGroups.has(path.group) && options.down()) return unavailable("service unavailable\n");
    const resource = resources.find(
      (one) => one.group === path.group && one.version === path.version && one.name === path.resource,
    );
    if (!resource) {
      if (resources.some((one) => one.group === path.group && one.version === path.version)) throw noSuchResource();
      return pageNotFound();
    }
    if (path.subresource !== undefined || resource.namespaced !== (path.namespace !== undefined))
      throw noSuchResource();
    if (resource.name === "selfsubjectaccessreviews") return review(request, identity);
    if (request.method === "GET") {
      return readResource(
        resource,
        { name: path.name, query: request.query, accept: request.headers["accept"] ?? "", signal: request.signal },
        options.context,
      );
    }
    const kind = [...profile.kinds.values()].find((one) => one.plural === resource.name);
    if (path.group !== applicationGroup || !kind) throw methodNotAllowed();
    return await write(request, path, kind, resource, stale);
  };

  const write = async (
    request: HttpRequest,
    path: ResourcePath,
    kind: Kind,
    resource: ApiResource,
    stale: number,
  ): Promise<HttpAnswer> => {
    const shown = (status: number, object: KubeObject): HttpAnswer => {
      const table = tableVersion(request.headers["accept"] ?? "");
      const metadata = { resourceVersion: object.metadata["resourceVersion"] ?? "" };
      return {
        status,
        body: table ? toTable(resource, [object], table, metadata, request.query.get("includeObject")) : object,
      };
    };
    const { name } = path;
    if (["POST", "PUT"].includes(request.method) && !bodyTypes.has(request.contentType)) throw unknownFormat(bodyTypes);
    if (request.method === "POST" && name === undefined)
      return shown(201, await options.writes.create(kind, request.body));
    if (name === undefined) throw methodNotAllowed();
    if (request.method === "PUT") return shown(200, await options.writes.replace(kind, name, request.body));
    if (request.method === "DELETE") return { status: 200, body: options.writes.remove(kind, name) };
    if (request.method !== "PATCH") throw methodNotAllowed();
    if (!patchTypes.has(request.contentType)) throw unknownFormat(patchTypes);
    const { created, object } = await options.writes.patch(
      kind,
      name,
      request.contentType,
      request.body,
      request.query,
      stale,
    );
    return shown(created ? 201 : 200, object);
  };

  const review = (request: HttpRequest, identity: Identity): HttpAnswer => {
    if (request.method !== "POST") throw methodNotAllowed();
    const spec = readAccessReview(request);
    const asked = isJsonObject(spec["resourceAttributes"]) ? spec["resourceAttributes"] : {};
    const path = isJsonObject(spec["nonResourceAttributes"]) ? text(spec["nonResourceAttributes"]["path"]) : undefined;
    const allowed =
      path !== undefined
        ? isPathAllowed(identity, path)
        : isAllowed(
            identity,
            {
              verb: text(asked["verb"]),
              group: text(asked["group"]),
              resource: text(asked["resource"]),
              subresource: text(asked["subresource"]) || undefined,
              namespace: text(asked["namespace"]) || undefined,
              name: text(asked["name"]) || undefined,
            },
            rules,
          );
    const agent = (request.headers["user-agent"] ?? "").split("/")[0] || "unknown";
    const status: JsonObject = allowed
      ? {
          allowed,
          reason: `RBAC: allowed by RoleBinding "tenant/${rules.namespace}" of Role "tenant" to User "${identity.user}"`,
        }
      : { allowed };
    return {
      status: 201,
      body: {
        kind: "SelfSubjectAccessReview",
        apiVersion: "authorization.k8s.io/v1",
        metadata: {
          managedFields: [
            {
              manager: agent,
              operation: "Update",
              apiVersion: "authorization.k8s.io/v1",
              time: timestamp(options.now()),
              fieldsType: "FieldsV1",
              fieldsV1: { "f:spec": { "f:resourceAttributes": { ".": {}, ...fieldSet(asked) } } },
            },
          ],
        },
        spec,
        status,
      },
    };
  };

  const outside = (request: HttpRequest, identity: Identity): HttpAnswer => {
    const verb = request.method === "GET" ? "get" : request.method.toLowerCase();
    if (request.method !== "GET" || !isPathAllowed(identity, request.path))
      throw forbiddenPath(identity, verb, request.path);
    if (/^\/version\/?$/.test(request.path)) return { status: 200, body: platformVersion };
    if (/^\/(healthz|livez|readyz)$/.test(request.path)) return plain(200, "ok");
    if (request.path.startsWith("/openapi")) {
      const document = options.openApi.document(request.path);
      if (document === undefined) return pageNotFound();
      // The index goes out without a content type of its own, and Go guesses.
      return /^\/openapi\/v3\/?$/.test(request.path)
        ? plain(200, JSON.stringify(document))
        : { status: 200, body: document };
    }
    const group = /^\/apis\/([^/]+)\//.exec(request.path)?.[1];
    if (group !== undefined && aggregatedGroups.has(group) && options.down())
      return unavailable("service unavailable\n");
    const document = discover(request.path, options.resources(0));
    return document === undefined ? pageNotFound() : { status: 200, body: document };
  };

  return { identify, handle };
}

const patchTypes = new Set([
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/apply-patch+yaml",
  "application/strategic-merge-patch+json",
]);

const bodyTypes = new Set(["application/json", "application/yaml", ""]);

function unknownFormat(accepted: ReadonlySet<string>): ApiStatus {
  const types = [...accepted].filter((type) => type !== "").join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`;
  return new ApiStatus(415, "UnsupportedMediaType", message, {});
}

function fieldSet(asked: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(asked)
      .sort()
      .map((key) => [`f:${key}`, {}]),
  );
}

const plain = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  text,
});
const pageNotFound = (): HttpAnswer => plain(404, "404 page not found\n");

/** What the aggregator answers for a server that is gone. */
export const unavailable = (text: string): HttpAnswer => plain(503, text);
