import { evictPod } from "../objects/evict.ts";
import { scaleOf } from "../objects/scale.ts";
import { resourceKey, resources, type ServedKind } from "../objects/served-kind.ts";
import type { ObjectRequest, WriteContext } from "../objects/write-context.ts";
import { writeObjects } from "../objects/write-objects.ts";
import { loadDefinitions } from "../schema/definitions.ts";
import { openApi2, openApi3, openApiIndex } from "../schema/openapi.ts";
import { decodeProtobuf } from "../schema/protobuf.ts";
import { parseResourcePath, type ResourcePath } from "../server/api-path.ts";
import { badRequest, methodNotAllowed, noSuchResource, notFound } from "../server/api-status.ts";
import { discover, discoverAggregated } from "../server/discovery.ts";
import type { HttpAnswer, HttpRequest } from "../server/http-server.ts";
import { readResource, selection } from "../server/resource-reads.ts";
import type { ReadContext } from "../server/watch.ts";
import { type KubeObject, namespaceOf, textAt } from "../store/kube-object.ts";
import { reviewSelf } from "./self-reviews.ts";
import { reviews, tenantResource } from "./tenant-resources.ts";

interface TenantApiOptions {
  readonly world: WriteContext;
  readonly reads: ReadContext;
}

interface Subject {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Answers a request of an administrator of the cluster. @throws ApiStatus as a kube-apiserver answers. */
export async function answerTenant(
  options: TenantApiOptions,
  request: HttpRequest,
  subject: Subject,
): Promise<HttpAnswer> {
  const { world } = options;
  const path = parseResourcePath(request.path);
  if (!path) return await answerDocument(world, request);
  if (path.group === "authorization.k8s.io" || path.group === "authentication.k8s.io") {
    const review = request.method === "POST" ? reviewSelf(path.resource, request, subject) : undefined;
    if (!review) throw methodNotAllowed();
    return review;
  }
  const kind = world.kinds.find(path.group, path.version, path.resource);
  if (!kind || !hasPath(kind, path)) throw noSuchResource();
  return request.method === "GET" ? read(options, request, path, kind) : await write(world, request, path, kind);
}

function hasPath(kind: ServedKind, { subresource, namespace, name }: ResourcePath): boolean {
  if (!kind.namespaced && namespace !== undefined) return false;
  if (kind.namespaced && namespace === undefined && name !== undefined) return false;
  if (subresource === undefined || kind.subresources.some((one) => one === subresource)) return true;
  const resource = resourceKey(kind);
  if (resource === resources.namespaces) return subresource === "finalize";
  return resource === resources.pods && (subresource === "log" || subresource === "eviction");
}

async function answerDocument(world: WriteContext, request: HttpRequest): Promise<HttpAnswer> {
  const { path } = request;
  if (path.startsWith("/openapi/")) {
    const document = await openApiDocument(world, path);
    if (document === undefined) throw noSuchResource();
    return { status: 200, body: document };
  }
  const served = [...world.kinds.all().map((kind) => tenantResource(kind, world.view)), ...reviews];
  const aggregated = discoverAggregated(path, request.headers["accept"] ?? "", served);
  if (aggregated) return aggregated;
  const document = discover(path, served);
  if (!document) throw noSuchResource();
  return { status: 200, body: document };
}

async function openApiDocument(world: WriteContext, path: string) {
  const definitions = await loadDefinitions();
  const kinds = world.kinds.all().map((kind) => ({ ...kind, schema: kind.custom?.type.raw }));
  const folder = path.replace(/^\/openapi\/v[23]\/?/, "").replace(/\/$/, "");
  if (/^\/openapi\/v2\/?$/.test(path)) return openApi2(kinds, definitions);
  if (!path.startsWith("/openapi/v3")) return undefined;
  return folder === "" ? openApiIndex(kinds) : openApi3(folder, kinds, definitions);
}

function read(
  { world, reads }: TenantApiOptions,
  request: HttpRequest,
  path: ResourcePath,
  kind: ServedKind,
): HttpAnswer {
  const { name, subresource } = path;
  const { query, signal } = request;
  if (subresource === "scale" || subresource === "log") {
    const object = world.view.get(resourceKey(kind), path.namespace ?? "", name ?? "");
    if (!object) throw notFound(kind.group, kind.plural, name ?? "");
    return subresource === "scale" ? { status: 200, body: scaleOf(kind, object) } : logOf(object);
  }
  const resource = tenantResource(kind, world.view, path.namespace);
  return readResource(resource, { name, query, accept: request.headers["accept"] ?? "", signal }, reads);
}

/** What the containers of a pod have written: a line when they started. */
function logOf(pod: KubeObject): HttpAnswer {
  const started = textAt(pod, "status", "startTime");
  const image = textAt(pod, "spec", "containers", 0, "image");
  return {
    status: 200,
    headers: { "content-type": "text/plain" },
    text: started === "" ? "" : `${started} ${image} started in the sandbox\n`,
  };
}

async function write(
  world: WriteContext,
  request: HttpRequest,
  path: ResourcePath,
  kind: ServedKind,
): Promise<HttpAnswer> {
  await loadDefinitions();
  const { method, query, headers } = request;
  const subresource = path.subresource === "finalize" ? "status" : path.subresource;
  const asked: ObjectRequest = {
    method,
    namespace: path.namespace ?? "",
    name: path.name,
    subresource,
    query,
    ...(await textOf(request)),
    userAgent: headers["user-agent"] ?? "",
  };
  if (subresource === "eviction") return evictPod(world, kind, asked);
  const resource = tenantResource(kind, world.view, path.namespace);
  const chosen = selection(resource, query);
  const isHere = (object: KubeObject) => path.namespace === undefined || namespaceOf(object) === path.namespace;
  return writeObjects(world, kind, asked, (object) => isHere(object) && chosen(object));
}

/** The body as text: Kubernetes' binary encoding becomes JSON. @throws ApiStatus 400. */
async function textOf({ contentType, body, bytes }: HttpRequest): Promise<Pick<ObjectRequest, "contentType" | "body">> {
  if (contentType !== "application/vnd.kubernetes.protobuf") return { contentType, body };
  try {
    return {
      contentType: "application/json",
      body: bytes.length === 0 ? "" : JSON.stringify(await decodeProtobuf(bytes)),
    };
  } catch (error) {
    throw badRequest(`error decoding from protobuf: ${error instanceof Error ? error.message : String(error)}`);
  }
}
