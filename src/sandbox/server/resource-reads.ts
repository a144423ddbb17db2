import type { JsonObject } from "../../base/json.ts";
import { type KubeObject, nameOf, namespaceOf, versionOf } from "../store/kube-object.ts";
import { type ApiResource, groupVersionOf } from "./api-resource.ts";
import { badRequest, methodNotAllowed, notFound } from "./api-status.ts";
import type { HttpAnswer } from "./http-server.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";
import { tableVersion, toTable } from "./table.ts";
import { type ReadContext, type ReadRequest, watchResource } from "./watch.ts";

/** GET of one object, of a list, or of a watch, as JSON or as a table. */
export function readResource(resource: ApiResource, request: ReadRequest, context: ReadContext): HttpAnswer {
  const table = tableVersion(request.accept);
  const include = request.query.get("includeObject");
  if (request.name !== undefined) {
    const list = resource.list ?? (() => []);
    const object = resource.get ? resource.get(request.name) : list().find((one) => nameOf(one) === request.name);
    if (!object) throw notFound(resource.group, resource.name, request.name);
    if (isWatch(request.query)) return watchResource(resource, (one) => nameOf(one) === request.name, request, context);
    const metadata = { resourceVersion: object.metadata["resourceVersion"] ?? "" };
    return { status: 200, body: table ? toTable(resource, [object], table, metadata, include) : object };
  }
  if (!resource.list) throw methodNotAllowed();
  const chosen = selection(resource, request.query);
  if (isWatch(request.query)) return watchResource(resource, chosen, request, context);
  const all = resource.list();
  const { objects, rest } = pageOf(resource, all.filter(chosen), request.query);
  const metadata = { ...listMetadata(resource, all, context), ...rest };
  if (table) return { status: 200, body: toTable(resource, objects, table, metadata, include) };
  return {
    status: 200,
    body: {
      kind: `${resource.kind}List`,
      apiVersion: groupVersionOf(resource),
      metadata,
      items: resource.listStyle === "core" ? objects.map(withoutType) : [...objects],
    },
  };
}

/** The objects that the selectors of a request choose. @throws ApiStatus 400 for an invalid selector. */
export function selection(
  resource: Pick<ApiResource, "fieldLabels">,
  query: URLSearchParams,
): (object: KubeObject) => boolean {
  const labels = labelSelector(query.get("labelSelector"));
  const fields = fieldSelector(
    query.get("fieldSelector"),
    resource.fieldLabels ?? ["metadata.name", "metadata.namespace"],
  );
  return (object) => labels(object) && fields(object);
}

interface Page {
  readonly objects: readonly KubeObject[];
  /** The metadata of a list that goes on. */
  readonly rest: JsonObject;
}

/** The part of a list that `limit` and `continue` ask for. @throws ApiStatus 400 for an invalid token. */
function pageOf(resource: ApiResource, objects: readonly KubeObject[], query: URLSearchParams): Page {
  const limit = Number(query.get("limit") ?? "0");
  const token = query.get("continue") ?? "";
  if (resource.paged !== true || (!(limit > 0) && token === "")) return { objects, rest: {} };
  const after = token === "" ? "" : lastKeyOf(token);
  const left = objects.filter((object) => keyOf(object) > after);
  const page = limit > 0 ? left.slice(0, limit) : left;
  const last = page.at(-1);
  if (page.length === left.length || !last) return { objects: page, rest: {} };
  const next = Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", start: keyOf(last) })).toString("base64url");
  return { objects: page, rest: { continue: next, remainingItemCount: left.length - page.length } };
}

const keyOf = (object: KubeObject): string => `${namespaceOf(object)}/${nameOf(object)}`;

function lastKeyOf(token: string): string {
  try {
    const { start } = JSON.parse(Buffer.from(token, "base64url").toString()) as { readonly start?: unknown };
    if (typeof start === "string") return start;
  } catch {
    // Refused below.
  }
  throw badRequest(`continue key is not valid: ${JSON.stringify(token)}`);
}

const isWatch = (query: URLSearchParams) => ["true", "1"].includes(query.get("watch") ?? "");

/** The aggregated server derives the version of a list from its items; the others have one version for everything. */
function listMetadata(resource: ApiResource, all: readonly KubeObject[], context: ReadContext): JsonObject {
  if (resource.listStyle === "aggregated") return { resourceVersion: String(Math.max(0, ...all.map(versionOf))) };
  const resourceVersion = String(context.version());
  return resource.listStyle === "custom" ? { continue: "", resourceVersion } : { resourceVersion };
}

function withoutType(object: KubeObject): JsonObject {
  const { apiVersion, kind, ...rest } = object;
  return rest;
}
