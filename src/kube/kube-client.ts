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
 * A connection to one Kubernetes API server.
 *
 * `request` answers the parsed JSON body of a 2xx answer and throws `KubeError` for everything else. Reads and DELETE are
 * retried by policy; POST, PUT and PATCH only where the server certainly did nothing (429, connection refused, 401 with
 * refreshable credentials): what may have happened is thrown with `ambiguous: true`, and the caller looks before it writes again.
 */
export interface KubeClient {
  readonly server: string;
  /** Namespace of the kubeconfig's context, if it names one. */
  readonly namespace: string | undefined;
  request(request: KubeRequest): Promise<Json>;
  /** Why a pending request has not succeeded so far: its last failure, or a login that is waited for. For messages. */
  failing(): KubeError | undefined;
  close(): Promise<void>;
}
