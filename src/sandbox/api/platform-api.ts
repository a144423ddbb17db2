import { parseResourcePath, type ResourcePath, verbOf } from "../server/api-path.ts";
import type { ApiResource } from "../server/api-resource.ts";
import { methodNotAllowed, noSuchResource, unauthorized } from "../server/api-status.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";
import { type Action, anonymous, forbidden, type Identity } from "../server/identity.ts";
import { readResource } from "../server/resource-reads.ts";
import type { ReadContext } from "../server/watch.ts";
import { type AccessRules, isAllowed } from "./access.ts";
import { group as applicationGroup } from "./application/application.ts";
import { type ApplicationRequestOptions, writeApplication } from "./application/application-requests.ts";
import { type NonResourceOptions, nonResourceAnswer } from "./non-resource-paths.ts";
import { pageNotFound, unavailable } from "./plain-answers.ts";
import { reviewAccess, reviewSelf } from "./review-access.ts";

interface PlatformApiOptions extends ApplicationRequestOptions, Pick<NonResourceOptions, "openApi"> {
  /** What is served, applications as they were so many versions ago. */
  readonly resources: (stale: number) => readonly ApiResource[];
  readonly rules: AccessRules;
  readonly context: ReadContext;
  readonly now: () => number;
  /** The owner of a token; undefined for an invalid or expired one. */
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

/** The platform's API for a tenant: authentication, authorization, routing. */
export function createPlatformApi(options: PlatformApiOptions): PlatformApi {
  const isDown = (group: string) => aggregatedGroups.has(group) && options.down();
  return {
    identify: (request) => {
      const header = request.headers["authorization"];
      if (header !== undefined) return options.identify(header.replace(/^Bearer +/i, ""));
      if (request.certificate === "untrusted") return undefined;
      if (request.certificate) return options.identifyCertificate(request.certificate.commonName);
      return anonymous;
    },
    handle: async (request, identity, stale) => {
      const resources = options.resources(request.method === "GET" ? stale : 0);
      if (!identity) throw unauthorized();
      const path = parseResourcePath(request.path);
      if (!path) {
        const served = { openApi: options.openApi, resources: () => options.resources(0), isDown };
        return nonResourceAnswer(served, request, identity);
      }
      const action: Action = { verb: verbOf(request.method, path, request.query), ...path };
      if (!isAllowed(identity, action, options.rules)) throw forbidden(identity, action);
      if (isDown(path.group)) return unavailable("service unavailable\n");
      const resource = findResource(resources, path);
      return resource === undefined ? pageNotFound() : await answer(options, request, identity, path, resource, stale);
    },
  };
}

/** @throws ApiStatus 404 where the group is served without this resource; undefined where the group is not served. */
function findResource(resources: readonly ApiResource[], path: ResourcePath): ApiResource | undefined {
  const served = resources.filter((one) => one.group === path.group && one.version === path.version);
  if (served.length === 0) return undefined;
  const resource = served.find((one) => one.name === path.resource);
  if (!resource || path.subresource !== undefined || resource.namespaced !== (path.namespace !== undefined)) {
    throw noSuchResource();
  }
  return resource;
}

async function answer(
  options: PlatformApiOptions,
  request: HttpRequest,
  identity: Identity,
  path: ResourcePath,
  resource: ApiResource,
  stale: number,
): Promise<HttpAnswer> {
  if (resource.name === "selfsubjectaccessreviews")
    return reviewAccess(request, identity, options.rules, options.now());
  if (resource.name === "selfsubjectreviews") return reviewSelf(request, identity);
  if (request.method === "GET") {
    const { query, signal } = request;
    const read = { name: path.name, query, accept: request.headers["accept"] ?? "", signal };
    return readResource(resource, read, options.context);
  }
  const kind = [...options.profile.kinds.values()].find((one) => one.plural === resource.name);
  if (path.group !== applicationGroup || !kind) throw methodNotAllowed();
  return await writeApplication(options, request, path.name, kind, resource, stale);
}
