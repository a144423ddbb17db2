import type { Json, JsonObject } from "../../base/json.ts";
import { type KubeObject, nameOf, namespaceOf, versionOf } from "../store/kube-object.ts";
import { type ApiResource, groupVersionOf } from "./api-resource.ts";
import { expired } from "./api-status.ts";
import type { HttpAnswer } from "./http-server.ts";
import { tableVersion, toTable } from "./table.ts";

export interface ReadRequest {
  readonly name: string | undefined;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly signal: AbortSignal;
}

/** The state behind the resources. */
export interface ReadContext {
  /** The newest resource version. */
  version(): number;
  onChange(listener: () => void): () => void;
}

/** The events of the selected objects, until the client disconnects or the requested time ends. */
export function watchResource(
  resource: ApiResource,
  chosen: (object: KubeObject) => boolean,
  request: ReadRequest,
  context: ReadContext,
): HttpAnswer {
  const from = Number(request.query.get("resourceVersion") ?? "0");
  const removed = from > 0 ? resource.removedSince?.(from) : [];
  if (removed === undefined && resource.removedSince) throw expired(from);
  const missed = (removed ?? []).filter(chosen);
  return { status: 200, lines: events(resource, chosen, request, context, missed) };
}

async function* events(
  resource: ApiResource,
  chosen: (object: KubeObject) => boolean,
  request: ReadRequest,
  context: ReadContext,
  missed: readonly KubeObject[],
): AsyncGenerator<Json> {
  const { query, signal } = request;
  const isSilent = resource.watch === "tables" && tableVersion(request.accept) === undefined;
  const shown = shownAs(resource, request);
  const from = Number(query.get("resourceVersion") ?? "0");
  const compare = comparison(from, shown, resource.createdAt);
  const listed = () => (resource.list?.() ?? []).filter(chosen);
  const queue: Json[] = [];
  let wake: () => void = () => {};
  const look = () => {
    queue.push(...compare(listed()));
    wake();
  };
  const stopListening = isSilent ? () => {} : context.onChange(look);
  let isOver = false;
  const end = () => {
    isOver = true;
    wake();
  };
  const seconds = Number(query.get("timeoutSeconds") ?? "0");
  const timer = seconds > 0 ? setTimeout(end, seconds * 1000) : undefined;
  signal.addEventListener("abort", end, { once: true });
  try {
    queue.push(...missed.map((object) => ({ type: "DELETED", object: shown(object) })));
    if (!isSilent) look();
    if (query.get("sendInitialEvents") === "true") {
      queue.push(bookmark(resource, context, { "k8s.io/initial-events-end": "true" }));
    }
    for (;;) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) yield next;
      if (isOver) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (query.get("allowWatchBookmarks") === "true" || isSilent) yield bookmark(resource, context);
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

/**
 * Answers the events between the objects of the call before and those of this one.
 *
 * @param from the version of the client's list. Objects up to it are not reported; those deleted meanwhile are the caller's.
 */
function comparison(
  from: number,
  shown: (object: KubeObject) => Json,
  createdAt: (object: KubeObject) => number = () => Number.POSITIVE_INFINITY,
): (objects: readonly KubeObject[]) => Json[] {
  let seen: ReadonlyMap<string, KubeObject> | undefined;
  return (objects) => {
    const now = new Map(objects.map((object) => [`${namespaceOf(object)}/${nameOf(object)}`, object]));
    const changes: Json[] = [];
    for (const [name, object] of now) {
      const before = seen?.get(name);
      if (before && versionOf(before) === versionOf(object)) continue;
      if (seen === undefined && versionOf(object) <= from) continue;
      const isKnown = before !== undefined || (seen === undefined && from > 0 && createdAt(object) <= from);
      changes.push({ type: isKnown ? "MODIFIED" : "ADDED", object: shown(object) });
    }
    for (const [name, object] of seen ?? []) {
      if (!now.has(name)) changes.push({ type: "DELETED", object: shown(object) });
    }
    seen = now;
    return changes;
  };
}

/** How a watch shows an object: itself, or a table with one row. */
function shownAs(resource: ApiResource, request: ReadRequest): (object: KubeObject) => Json {
  const table = tableVersion(request.accept);
  const include = request.query.get("includeObject");
  if (table === undefined) return (object) => object;
  return (object) => {
    const metadata = { resourceVersion: object.metadata["resourceVersion"] ?? "" };
    return toTable(resource, [object], table, metadata, include);
  };
}

function bookmark(resource: ApiResource, context: ReadContext, annotations?: JsonObject): Json {
  return {
    type: "BOOKMARK",
    object: {
      kind: resource.kind,
      apiVersion: groupVersionOf(resource),
      metadata: { resourceVersion: String(context.version()), ...(annotations ? { annotations } : {}) },
    },
  };
}
