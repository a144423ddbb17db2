import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { clusterPath, clustersPath } from "../core/ids.ts";
import type { KubeClient, KubeRequest } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import type { Answer } from "./answer.ts";

export type Query = Readonly<Record<string, string>>;
type TenantRequest = Omit<KubeRequest, "signal">;

export interface WriteOptions {
  readonly metadata?: JsonObject;
  readonly query?: Query;
  /** In place of the kind of clusters. */
  readonly kind?: string;
}

/** Requests to the tenant's API. Refusals are answers, not exceptions. */
export interface TenantRequests {
  call(request: TenantRequest): Promise<Answer>;
  /** The same in one attempt. */
  callOnce(request: TenantRequest): Promise<Answer>;
  /** The same with an invalid token, or without credentials. */
  callAs(who: "wrongToken" | "anonymous", request: TenantRequest): Promise<Answer>;
  /** POST of a cluster that the chart refuses, so that nothing is rendered; labelled unless `metadata` says otherwise. */
  create(name: string, spec: JsonObject, more?: WriteOptions): Promise<Answer>;
  /** POST of a cluster with exactly this spec. */
  createWith(name: string, spec: JsonObject): Promise<Answer>;
  read(name: string): Promise<Answer>;
  replace(name: string, spec: JsonObject, more?: WriteOptions): Promise<Answer>;
  merge(name: string, patch: JsonObject, query?: Query): Promise<Answer>;
  patch(name: string, operations: readonly Json[]): Promise<Answer>;
  remove(name: string, more?: { readonly query?: Query; readonly body?: JsonObject }): Promise<Answer>;
}

/** A value of `version` that the schema of every chart refuses: Helm renders nothing, and nothing costs anything (platform.md §7.1). */
export const refusedVersion = "conformance";

export const ownLabels = { "app.kubernetes.io/managed-by": "hikube-conformance" } as const;

/** The clients of one tenant that statements need. */
export interface TenantClients {
  readonly client: KubeClient;
  /** The same without retries. */
  readonly withoutRetries: KubeClient;
  readonly wrongToken: KubeClient;
  readonly anonymous: KubeClient;
}

export interface TenantRequestsOptions extends TenantClients {
  readonly namespace: string;
  readonly signal: AbortSignal;
  /** Called with each name before it is sent to the platform. */
  readonly creating: (name: string) => void;
}

export function tenantRequests(options: TenantRequestsOptions): TenantRequests {
  const { namespace, signal } = options;
  const path = (name: string) => clusterPath({ namespace, name });
  const call = (request: TenantRequest) => ask(options.client, request, signal);
  const post = async (name: string, object: JsonObject, query?: Query): Promise<Answer> => {
    options.creating(name);
    return await call({ method: "POST", path: clustersPath(namespace), body: object, ...optional("query", query) });
  };
  const refused = (name: string, spec: JsonObject, more: WriteOptions) =>
    clusterObject(namespace, name, { version: refusedVersion, ...spec }, more);
  return {
    call,
    callOnce: (request) => ask(options.withoutRetries, request, signal),
    callAs: (who, request) => ask(options[who], request, signal),
    create: (name, spec, more = {}) => post(name, refused(name, spec, more), more.query),
    createWith: (name, spec) => post(name, clusterObject(namespace, name, spec, {})),
    read: (name) => call({ method: "GET", path: path(name) }),
    replace: (name, spec, more = {}) =>
      call({ method: "PUT", path: path(name), body: refused(name, spec, more), ...optional("query", more.query) }),
    merge: (name, patch, query) => {
      const contentType = "application/merge-patch+json";
      return call({ method: "PATCH", path: path(name), body: patch, contentType, ...optional("query", query) });
    },
    patch: (name, operations) =>
      call({ method: "PATCH", path: path(name), body: [...operations], contentType: "application/json-patch+json" }),
    remove: (name, { query, body } = {}) =>
      call({ method: "DELETE", path: path(name), ...optional("query", query), ...optional("body", body) }),
  };
}

async function ask(client: KubeClient, request: TenantRequest, signal: AbortSignal): Promise<Answer> {
  try {
    const body = await client.request({ ...request, signal });
    return { ok: true, body: isJsonObject(body) ? body : {} };
  } catch (error) {
    if (!(error instanceof KubeError) || error.code === "Aborted") throw error;
    // The server's own words: the advice to users around them says nothing about the platform.
    return { ok: false, error: error.cause instanceof KubeError ? error.cause : error };
  }
}

const clusterObject = (namespace: string, name: string, spec: JsonObject, more: WriteOptions): JsonObject => ({
  apiVersion: "apps.cozystack.io/v1alpha1",
  kind: more.kind ?? "Kubernetes",
  metadata: { name, namespace, labels: { ...ownLabels }, ...more.metadata },
  spec,
});

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
