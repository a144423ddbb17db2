import type { ApiResource } from "../server/api-resource.ts";
import { discover } from "../server/discovery.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";
import { forbiddenPath, type Identity } from "../server/identity.ts";
import { platformVersion } from "../server/version-answer.ts";
import { isPathAllowed } from "./access.ts";
import type { OpenApi } from "./openapi/openapi.ts";
import { pageNotFound, plain, unavailable } from "./plain-answers.ts";

export interface NonResourceOptions {
  readonly openApi: OpenApi;
  readonly resources: () => readonly ApiResource[];
  /** Whether the server of an API group is down. */
  readonly isDown: (group: string) => boolean;
}

/** Paths outside any resource: version, health, OpenAPI, discovery. @throws ApiStatus 403 */
export function nonResourceAnswer(options: NonResourceOptions, request: HttpRequest, identity: Identity): HttpAnswer {
  const { method, path } = request;
  if (method !== "GET" || !isPathAllowed(identity, path)) throw forbiddenPath(identity, method.toLowerCase(), path);
  if (/^\/version\/?$/.test(path)) return { status: 200, body: platformVersion };
  if (/^\/(healthz|livez|readyz)$/.test(path)) return plain(200, "ok");
  if (path.startsWith("/openapi")) return openApiAnswer(options.openApi, path);
  const group = /^\/apis\/([^/]+)\//.exec(path)?.[1];
  if (group !== undefined && options.isDown(group)) return unavailable("service unavailable\n");
  const document = discover(path, options.resources());
  return document === undefined ? pageNotFound() : { status: 200, body: document };
}

function openApiAnswer(openApi: OpenApi, path: string): HttpAnswer {
  const document = openApi.document(path);
  if (document === undefined) return pageNotFound();
  // The server sends the index without a content type, and Go guesses one.
  return /^\/openapi\/v3\/?$/.test(path) ? plain(200, JSON.stringify(document)) : { status: 200, body: document };
}
