import type { JsonObject } from "../../base/json.ts";
import { type KubeObject, nameOf, versionOf } from "../store/kube-object.ts";
import { type ApiResource, groupVersionOf } from "./api-resource.ts";
import { methodNotAllowed, notFound } from "./api-status.ts";
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
  const labels = labelSelector(request.query.get("labelSelector"));
  const fields = fieldSelector(
    request.query.get("fieldSelector"),
    resource.fieldLabels ?? ["metadata.name", "metadata.namespace"],
  );
  const chosen = (object: KubeObject) => labels(object) && fields(object);
  if (isWatch(request.query)) return watchResource(resource, chosen, request, context);
  const all = resource.list();
  const objects = all.filter(chosen);
  const metadata = listMetadata(resource, all, context);
  if (table) return { status: 200, body: toTable(resource, objects, table, metadata, include) };
  return {
    status: 200,
    body: {
      kind: `${resource.kind}List`,
      apiVersion: groupVersionOf(resource),
      metadata,
      items: resource.listStyle === "core" ? objects.map(withoutType) : objects,
    },
  };
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
