import type { Json, JsonObject } from "../../base/json.ts";
import { type ApiResource, groupVersionOf } from "./api-resource.ts";
import { methodNotAllowed, notFound } from "./api-status.ts";
import type { HttpAnswer } from "./http-server.ts";
import { type KubeObject, nameOf, versionOf } from "../store/kube-object.ts";
import { fieldSelector, labelSelector } from "./selectors.ts";
import { tableVersion, toTable } from "./table.ts";

export interface ReadRequest {
  readonly name: string | undefined;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly signal: AbortSignal;
}

/** What reads need of the server around them. */
export interface ReadContext {
  /** The newest resource version. */
  version(): number;
  onChange(listener: () => void): () => void;
}

/** GET of one object, of a list, or of a watch, as JSON or as a table. */
export function readResource(resource: ApiResource, request: ReadRequest, context: ReadContext): HttpAnswer {
  const table = tableVersion(request.accept);
  const include = request.query.get("includeObject");
  if (request.name !== undefined) {
    const list = resource.list ?? (() => []);
    const object = resource.get ? resource.get(request.name) : list().find((one) => nameOf(one) === request.name);
    if (!object) throw notFound(resource.group, resource.name, request.name);
    if (isWatch(request.query)) return watch(resource, (one) => nameOf(one) === request.name, request, context);
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
  if (isWatch(request.query)) return watch(resource, chosen, request, context);
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

/** The aggregated server makes its list's version of the items' own; the others have one for everything. */
function listMetadata(resource: ApiResource, all: readonly KubeObject[], context: ReadContext): JsonObject {
  if (resource.listStyle === "aggregated") return { resourceVersion: String(Math.max(0, ...all.map(versionOf))) };
  const resourceVersion = String(context.version());
  return resource.listStyle === "custom" ? { continue: "", resourceVersion } : { resourceVersion };
}

function withoutType(object: KubeObject): JsonObject {
  const { apiVersion, kind, ...rest } = object;
  return rest;
}

function watch(
  resource: ApiResource,
  chosen: (object: KubeObject) => boolean,
  request: ReadRequest,
  context: ReadContext,
): HttpAnswer {
  const table = tableVersion(request.accept);
  const include = request.query.get("includeObject");
  const shown = (object: KubeObject): Json =>
    table
      ? toTable(resource, [object], table, { resourceVersion: object.metadata["resourceVersion"] ?? "" }, include)
      : object;
  const silent = resource.watch === "tables" && table === undefined;
  const seconds = Number(request.query.get("timeoutSeconds") ?? "0");
  const bookmark = (annotations?: JsonObject): Json => ({
    type: "BOOKMARK",
    object: {
      kind: resource.kind,
      apiVersion: groupVersionOf(resource),
      metadata: { resourceVersion: String(context.version()), ...(annotations ? { annotations } : {}) },
    },
  });
  return { status: 200, lines: events() };

  async function* events(): AsyncGenerator<Json> {
    const from = Number(request.query.get("resourceVersion") ?? "0");
    const seen = new Map<string, KubeObject>();
    const queue: Json[] = [];
    let wake: () => void = () => {};
    const compare = (first: boolean) => {
      const now = new Map((resource.list?.() ?? []).filter(chosen).map((object) => [nameOf(object), object]));
      for (const [name, object] of now) {
        const before = seen.get(name);
        if (before && versionOf(before) === versionOf(object)) continue;
        // Objects that the client has from its list are skipped; those that went meanwhile are never reported (§1.8).
        if (!(first && versionOf(object) <= from))
          queue.push({ type: before ? "MODIFIED" : "ADDED", object: shown(object) });
      }
      for (const [name, object] of seen) if (!now.has(name)) queue.push({ type: "DELETED", object: shown(object) });
      seen.clear();
      for (const [name, object] of now) seen.set(name, object);
      wake();
    };
    const stopListening = silent ? () => {} : context.onChange(() => compare(false));
    let over = false;
    const end = () => {
      over = true;
      wake();
    };
    const timer = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
    request.signal.addEventListener("abort", end, { once: true });
    try {
      if (!silent) compare(true);
      if (request.query.get("sendInitialEvents") === "true")
        queue.push(bookmark({ "k8s.io/initial-events-end": "true" }));
      for (;;) {
        while (queue.length > 0) {
          const next = queue.shift();
          if (next !== undefined) yield next;
        }
        if (over) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (request.query.get("allowWatchBookmarks") === "true" || silent) yield bookmark();
    } finally {
      clearTimeout(timer);
      stopListening();
    }
  }
}
