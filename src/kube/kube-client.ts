import type { Json } from "../base/json.ts";
import type { KubeError } from "./kube-error.ts";

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute path on the API server, e.g. `/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-x/kuberneteses/prod`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Default `application/json`; `application/json-patch+json` for a JSON Patch. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/**
 * A connection to one Kubernetes API server. `request` returns the parsed JSON body of a 2xx response and throws `KubeError` for any
 * other. Reads and DELETE are retried by policy; POST, PUT and PATCH only if the server did nothing (429, connection refused, 401 with
 * refreshable credentials). A write that may have been carried out is thrown with `ambiguous: true`; the caller must read before it
 * writes again.
 */
export interface KubeClient {
  readonly server: string;
  /** Namespace of the kubeconfig's context, if set. */
  readonly namespace: string | undefined;
  request(request: KubeRequest): Promise<Json>;
  /** Returns why a pending request has not succeeded yet: its last failure, or a login in progress. For messages. */
  failing(): KubeError | undefined;
  close(): Promise<void>;
}
