/** The error codes that callers distinguish. */
export type KubeErrorCode =
  | "NotFound" // 404
  | "AlreadyExists" // 409, or the platform's 500 with that text
  | "Conflict" // 409, or the platform's 500 "the object has been modified"
  | "UidMismatch" // the platform's 500 "Precondition failed: UID in precondition"
  | "Invalid" // 422
  | "BadRequest" // 400
  | "Unauthorized" // 401
  | "Forbidden" // 403
  | "TooManyRequests" // 429
  | "Unavailable" // other 500, 502, 503, 504
  | "Timeout" // no response before the deadline of the attempt
  | "Network" // refused, reset, DNS
  | "Tls" // certificate not trusted or not valid
  | "Malformed" // an unexpected response (HTML, truncated JSON, an array instead of an object)
  | "Credential" // kubeconfig or exec credential plugin
  | "Unsupported" // 405, 415 and other 4xx
  | "Aborted"; // the caller's signal

export interface KubeErrorInit {
  readonly status?: number;
  /** `reason` of the server's Status object. */
  readonly reason?: string;
  /** Field paths of `details.causes`, e.g. `metadata.name`. */
  readonly fields?: readonly string[];
  /** True if the server may have carried the request out although no response confirms it. */
  readonly ambiguous?: boolean;
  /** Summary of this failure, if that of the code is too general. */
  readonly summary?: string;
  /** Advice for the user. */
  readonly hint?: string;
  /** The invalid setting of the connection by its name in the provider block, e.g. `proxy_url`. */
  readonly setting?: string;
  /** True if the server's name has no address. */
  readonly unresolved?: boolean;
  readonly cause?: unknown;
}

/** `setting` of an error caused by the environment, which no argument of the provider block can explain. */
export const NO_SETTING = "";

/** The only error class of the kube layer. `message` is the text of the server or of this layer, without payloads and secrets. */
export class KubeError extends Error {
  override readonly name = "KubeError";
  readonly code: KubeErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly fields: readonly string[];
  readonly ambiguous: boolean;
  readonly summary: string | undefined;
  readonly hint: string | undefined;
  readonly setting: string | undefined;
  readonly unresolved: boolean;

  constructor(code: KubeErrorCode, message: string, init: KubeErrorInit = {}) {
    super(message, { cause: init.cause });
    this.code = code;
    this.status = init.status;
    this.reason = init.reason;
    this.fields = init.fields ?? [];
    this.ambiguous = init.ambiguous ?? false;
    this.summary = init.summary;
    this.hint = init.hint;
    this.setting = init.setting;
    this.unresolved = init.unresolved ?? false;
  }
}

/** Failures that may be temporary. All others, in particular errors other than KubeError, are permanent. */
const TRANSIENT: readonly KubeErrorCode[] = ["Unavailable", "Timeout", "Network", "TooManyRequests", "Malformed"];

export const isTransientCode = (code: KubeErrorCode): boolean => TRANSIENT.includes(code);
