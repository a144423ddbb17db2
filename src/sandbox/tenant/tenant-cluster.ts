import { readAccessReview } from "../server/access-review.ts";
import { parseResourcePath } from "../server/api-path.ts";
import type { ApiResource } from "../server/api-resource.ts";
import { ApiStatus, methodNotAllowed, noSuchResource, unauthorized } from "../server/api-status.ts";
import { issueServer, type KeyPair } from "../server/authority.ts";
import { discover } from "../server/discovery.ts";
import { type HttpAnswer, type HttpRequest, type HttpServer, startHttpServer } from "../server/http-server.ts";
import { forbiddenPath } from "../server/identity.ts";
import { readResource } from "../server/resource-reads.ts";
import { clusterVersion } from "../server/version-answer.ts";
import type { KubeObject } from "../store/kube-object.ts";
import type { TenantObjects } from "./tenant-objects.ts";
import { tenantResources } from "./tenant-resources.ts";

interface TenantClusterOptions {
  readonly name: string;
  readonly namespace: string;
  readonly authority: KeyPair;
  readonly port: number;
  readonly now: number;
  /** The current version of the API server. */
  readonly version: () => string;
  readonly objects: () => TenantObjects;
  readonly resourceVersion: () => number;
  readonly onChange: (listener: () => void) => () => void;
}

/** The API server of one tenant cluster: its own port, its own authority, readable with the admin kubeconfig. */
export async function startTenantCluster(options: TenantClusterOptions): Promise<HttpServer> {
  const release = `kubernetes-${options.name}`;
  const server = issueServer(options.authority, [`${release}.${options.namespace}.svc`, release], options.now);
  const resources = tenantResources(options.objects);
  const context = { version: options.resourceVersion, onChange: options.onChange };
  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    const { certificate } = request;
    if (request.headers["authorization"] !== undefined || certificate === "untrusted") throw unauthorized();
    if (/^\/(healthz|livez|readyz)$/.test(request.path)) {
      return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, text: "ok" };
    }
    if (/^\/version\/?$/.test(request.path)) return { status: 200, body: clusterVersion(options.version()) };
    const identity = { user: certificate?.commonName ?? "system:anonymous", role: "none" as const };
    if (!isAdmin(certificate?.organizations ?? []))
      throw forbiddenPath(identity, request.method.toLowerCase(), request.path);
    const path = parseResourcePath(request.path);
    if (!path) {
      const document = discover(request.path, resources);
      if (document) return { status: 200, body: document };
      throw noSuchResource();
    }
    if (path.resource === "selfsubjectaccessreviews" && request.method === "POST") return allowed(request);
    const found = resources.find(
      (one) => one.group === path.group && one.version === path.version && one.name === path.resource,
    );
    if (!found || path.subresource !== undefined) throw noSuchResource();
    if (request.method !== "GET") throw methodNotAllowed();
    const { namespace } = path;
    const inNamespace = (object: KubeObject) => namespace === undefined || object.metadata["namespace"] === namespace;
    const resource: ApiResource = { ...found, list: () => (found.list?.() ?? []).filter(inNamespace) };
    const { query, signal } = request;
    return readResource(resource, { name: path.name, query, accept: request.headers["accept"] ?? "", signal }, context);
  };
  return await startHttpServer({
    certificate: server.certificate,
    privateKey: server.privateKey,
    clientAuthority: options.authority.certificate,
    port: options.port,
    handle,
    failed: (error) =>
      error instanceof ApiStatus
        ? { status: error.code, body: error.body }
        : { status: 500, body: new ApiStatus(500, "InternalError", "Internal error occurred").body },
  });
}

function isAdmin(groups: readonly string[]): boolean {
  return groups.includes("system:masters") || groups.includes("kubeadm:cluster-admins");
}

function allowed(request: HttpRequest): HttpAnswer {
  return {
    status: 201,
    body: {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: {},
      spec: readAccessReview(request),
      status: { allowed: true },
    },
  };
}
