import { isJsonObject, type Json } from "../../base/json.ts";
import { forbiddenPath } from "../api/access.ts";
import { readAccessReview } from "../server/access-review.ts";
import { parseResourcePath } from "../server/api-path.ts";
import { type ApiResource, ageColumn, type Column, nameColumn } from "../server/api-resource.ts";
import { ApiStatus, methodNotAllowed, noSuchResource, unauthorized } from "../server/api-status.ts";
import type { KeyPair } from "../server/authority.ts";
import { issueServer } from "../server/authority.ts";
import { discover } from "../server/discovery.ts";
import { type HttpAnswer, type HttpRequest, type HttpServer, startHttpServer } from "../server/http-server.ts";
import { type KubeObject, labelsOf, nameOf } from "../store/kube-object.ts";
import { readResource } from "../server/resource-reads.ts";
import type { TenantObjects } from "./tenant-objects.ts";
import { clusterVersion } from "../server/version-answer.ts";

export interface TenantClusterOptions {
  readonly name: string;
  readonly namespace: string;
  readonly authority: KeyPair;
  readonly port: number;
  readonly now: number;
  /** The version the API server runs now. */
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

function tenantResources(objects: () => TenantObjects): ApiResource[] {
  const make = (
    part: Pick<ApiResource, "group" | "name" | "singular" | "kind" | "namespaced"> & Partial<ApiResource>,
    list: () => KubeObject[],
  ): ApiResource => ({
    version: "v1",
    verbs: ["get", "list", "watch"],
    columns: [nameColumn, ageColumn],
    listStyle: "core",
    watch: "all",
    list,
    ...part,
  });
  const core = { group: "", namespaced: true };
  return [
    make({ ...core, name: "configmaps", singular: "configmap", kind: "ConfigMap", shortNames: ["cm"] }, () => []),
    make({ ...core, name: "events", singular: "event", kind: "Event", shortNames: ["ev"] }, () => []),
    make(
      {
        ...core,
        name: "namespaces",
        singular: "namespace",
        kind: "Namespace",
        namespaced: false,
        shortNames: ["ns"],
        columns: [
          nameColumn,
          { name: "Status", type: "string", cell: (object) => at(object, "status", "phase") },
          ageColumn,
        ],
      },
      () => objects().namespaces,
    ),
    make(
      {
        ...core,
        name: "nodes",
        singular: "node",
        kind: "Node",
        namespaced: false,
        shortNames: ["no"],
        columns: nodeColumns,
      },
      () => objects().nodes,
    ),
    make({ ...core, name: "pods", singular: "pod", kind: "Pod", shortNames: ["po"] }, () => []),
    make(
      {
        ...core,
        name: "secrets",
        singular: "secret",
        kind: "Secret",
        fieldLabels: ["metadata.name", "metadata.namespace", "type"],
      },
      () => objects().secrets,
    ),
    make({ ...core, name: "services", singular: "service", kind: "Service", shortNames: ["svc"] }, () => []),
    make(
      {
        group: "apps",
        namespaced: true,
        name: "daemonsets",
        singular: "daemonset",
        kind: "DaemonSet",
        shortNames: ["ds"],
        columns: [
          nameColumn,
          number("Desired", "desiredNumberScheduled"),
          number("Ready", "numberReady"),
          number("Available", "numberAvailable"),
          ageColumn,
        ],
      },
      () => objects().daemonsets,
    ),
    make(
      {
        group: "apps",
        namespaced: true,
        name: "deployments",
        singular: "deployment",
        kind: "Deployment",
        shortNames: ["deploy"],
        columns: [
          nameColumn,
          {
            name: "Ready",
            type: "string",
            cell: (object) => `${at(object, "status", "readyReplicas") ?? 0}/${at(object, "status", "replicas") ?? 0}`,
          },
          number("Available", "availableReplicas"),
          ageColumn,
        ],
      },
      () => objects().deployments,
    ),
    make(
      {
        group: "storage.k8s.io",
        namespaced: false,
        name: "storageclasses",
        singular: "storageclass",
        kind: "StorageClass",
        shortNames: ["sc"],
        columns: [
          nameColumn,
          { name: "Provisioner", type: "string", cell: (object) => object["provisioner"] ?? "" },
          { name: "ReclaimPolicy", type: "string", cell: (object) => object["reclaimPolicy"] ?? "" },
          ageColumn,
        ],
      },
      () => objects().storageclasses,
    ),
  ];
}

const number = (name: string, key: string): Column => ({
  name,
  type: "integer",
  cell: (object) => at(object, "status", key) ?? 0,
});

function at(object: KubeObject, ...path: string[]): Json {
  let value: Json = object;
  for (const step of path) value = isJsonObject(value) ? (value[step] ?? null) : null;
  return value;
}

const info = (name: string, key: string, wide = true): Column => ({
  name,
  type: "string",
  wide,
  cell: (object) => at(object, "status", "nodeInfo", key) ?? "",
});

const nodeColumns: readonly Column[] = [
  nameColumn,
  { name: "Status", type: "string", cell: (object) => (nameOf(object) === "" ? "Unknown" : "Ready") },
  { name: "Roles", type: "string", cell: rolesOf },
  ageColumn,
  info("Version", "kubeletVersion", false),
  { name: "Internal-IP", type: "string", wide: true, cell: (object) => firstAddress(object) },
  { name: "External-IP", type: "string", wide: true, cell: () => "<none>" },
  info("OS-Image", "osImage"),
  info("Kernel-Version", "kernelVersion"),
  info("Container-Runtime", "containerRuntimeVersion"),
];

function rolesOf(object: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(labelsOf(object)).filter((key) => key.startsWith(prefix));
  return (
    roles
      .map((key) => key.slice(prefix.length))
      .sort()
      .join(",") || "<none>"
  );
}

function firstAddress(object: KubeObject): Json {
  const addresses = at(object, "status", "addresses");
  const first = Array.isArray(addresses) ? addresses[0] : undefined;
  return isJsonObject(first) ? (first["address"] ?? "<none>") : "<none>";
}
