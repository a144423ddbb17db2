/** What went wrong, as far as a caller may branch on it. */
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
  | "Timeout" // no answer before the deadline of the attempt
  | "Network" // refused, reset, DNS
  | "Tls" // certificate not trusted or not valid
  | "Malformed" // the answer is not what the API promises (HTML, truncated JSON, an array for an object)
  | "Credential" // kubeconfig or exec credential plugin
  | "Unsupported" // 405, 415 and other 4xx
  | "Aborted"; // the caller's signal

export interface KubeErrorInit {
  readonly status?: number;
  /** `reason` of the server's Status object. */
  readonly reason?: string;
  /** Field paths of `details.causes`, e.g. `metadata.name`. */
  readonly fields?: readonly string[];
  /** True where the server may have carried the request out although no answer says so. */
  readonly ambiguous?: boolean;
  /** A headline for this failure, where the code's own is too general. */
  readonly summary?: string;
  /** What the user can do about it. */
  readonly hint?: string;
  /** The setting of the connection that is wrong, in the provider's words, e.g. `proxy_url`. */
  readonly setting?: string;
  readonly cause?: unknown;
}

/** `setting` of an error that no argument of the provider block can explain, as it comes from the environment. */
export const NO_SETTING = "";

/** The one error class of the kube layer. `message` is the server's own text or ours; never a payload, never a secret. */
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
  }
}

/**
 * Failures that may pass. Everything else, in particular an error that is not a KubeError, remains however often the request is repeated.
 */
const TRANSIENT: readonly KubeErrorCode[] = ["Unavailable", "Timeout", "Network", "TooManyRequests", "Malformed"];

export const isTransientCode = (code: KubeErrorCode): boolean => TRANSIENT.includes(code);
