import { isTransientCode, KubeError } from "../kube/kube-error.ts";
import type { Owner } from "./owner.ts";

/** Error codes that a caller may branch on. */
export type CoreErrorCode =
  | "NotFound" // the cluster (or the group's cluster) does not exist
  | "AlreadyExists" // an object of that name has another owner; import it
  | "Conflict" // too many concurrent writes of other clients
  | "Refused" // refused deterministically by the platform, whose message is quoted
  | "Timeout" // deadline exceeded; `partial` contains the observed state
  | "Stopped" // aborted by the caller's signal; `partial` contains the observed state
  | "Deleting" // the object is being deleted
  | "Replaced" // an object of that name exists with another uid
  | "Denied" // credentials or permissions
  | "Unreachable" // network, TLS, API server down, not a Hikube API
  | "Lost" // another writer repeatedly reverted our write
  | "Orphaned" // the object is gone, but its machines are not
  | "InvalidInput"; // rejected by this library before anything was sent

/** A possible remedy in structured form, for callers that compose their own text. `hint` contains the same as text. */
export type Remedy =
  /** Import an object that already exists. `id`: `namespace/cluster`, or `namespace/cluster/name`. */
  | { readonly kind: "takeOver"; readonly owner: Owner["kind"]; readonly id: string }
  /** Remove an object that was replaced from the state. */
  | { readonly kind: "forget" }
  /** Remove a key that the platform no longer serves from node groups of the cluster; a converge of each group does. */
  | { readonly kind: "retiredKey"; readonly groups: readonly string[]; readonly key: string }
  /** Wait again, or longer. `limit`: the timeout that was too short; undefined if it can be any. */
  | { readonly kind: "wait"; readonly limit: "create" | "update" | "delete" | undefined; readonly until?: string };

interface CoreErrorInit {
  /** A summary that names the object; default: the summary of the code. */
  readonly summary?: string;
  /** The path in the caller's desired object, in its key names, e.g. `["minReplicas"]`. */
  readonly path?: readonly string[];
  /** What the user can do. */
  readonly hint?: string;
  readonly remedy?: Remedy;
  readonly culprit?: Owner;
  /** The state observed so far, so that the caller can save it. */
  readonly partial?: unknown;
  readonly cause?: unknown;
}

/** The only error class of the provisioning library. The message describes what happened and the cause; `hint` describes the remedy. */
export class CoreError extends Error {
  override readonly name = "CoreError";
  readonly code: CoreErrorCode;
  readonly summary: string | undefined;
  readonly path: readonly string[] | undefined;
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;
  readonly culprit: Owner | undefined;
  readonly partial: unknown;

  constructor(code: CoreErrorCode, message: string, init: CoreErrorInit = {}) {
    super(message, { cause: init.cause });
    this.code = code;
    this.summary = init.summary;
    this.path = init.path;
    this.hint = init.hint;
    this.remedy = init.remedy;
    this.culprit = init.culprit;
    this.partial = init.partial;
  }

  /** Returns a copy of the error with the observed state; the error itself if it has one or `partial` is undefined. */
  withPartial(partial: unknown): CoreError {
    if (partial === undefined || this.partial !== undefined) return this;
    return new CoreError(this.code, this.message, { ...this.init(), partial });
  }

  private init(): CoreErrorInit {
    return {
      ...(this.summary === undefined ? {} : { summary: this.summary }),
      ...(this.path === undefined ? {} : { path: this.path }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      ...(this.culprit === undefined ? {} : { culprit: this.culprit }),
      cause: this.cause,
    };
  }

  /**
   * Converts a KubeError or an abort into a CoreError; returns a CoreError unchanged. `doing` completes the sentence "… while <doing>".
   * Any other error is a bug and is rethrown, so that it surfaces as an internal error and is not retried.
   */
  static from(error: unknown, doing: string, signal?: AbortSignal): CoreError {
    if (error instanceof CoreError) return error;
    if (isAbort(error, signal)) return new CoreError("Stopped", `Stopped while ${doing}.`, { cause: error });
    if (!(error instanceof KubeError)) throw error;
    const says = `while ${doing}: ${error.message}`;
    switch (error.code) {
      case "Aborted":
        return new CoreError("Stopped", `Stopped while ${doing}.`, { cause: error });
      case "NotFound":
        // A 404 without a reason does not concern the object: the API itself is temporarily not served.
        if (error.reason === undefined) break;
        return new CoreError("NotFound", `Not found ${says}`, { cause: error });
      case "AlreadyExists":
        return new CoreError("AlreadyExists", `Already exists ${says}`, { cause: error });
      case "Conflict":
        return new CoreError("Conflict", `Another client changed the object first ${says}`, { cause: error });
      case "UidMismatch":
        return new CoreError("Replaced", `The object was replaced by another of the same name ${says}`, {
          cause: error,
        });
      case "Invalid":
      case "BadRequest":
      case "Unsupported":
        return new CoreError("Refused", `The platform refused ${says}`, { cause: error });
      case "Unauthorized":
      case "Credential":
        return new CoreError("Denied", `The credentials were not accepted ${says}`, {
          hint: error.hint ?? "Check the kubeconfig, token or credential plugin; a login may have expired.",
          cause: error,
        });
      case "Forbidden":
        if (error.message.includes("exceeded quota")) {
          return new CoreError("Refused", `The tenant's quota does not allow it ${says}`, {
            hint: "Free what is not needed, or ask Hikube for more quota, and apply again.",
            cause: error,
          });
        }
        return new CoreError("Denied", `Not allowed ${says}`, {
          hint: "Check that the identity has the tenant's admin role in this namespace, and that the namespace is right.",
          cause: error,
        });
      default:
    }
    return new CoreError("Unreachable", `The platform's API did not answer ${says}`, { cause: error });
  }
}

/** Whether an error only reports an abort by the caller or by a time limit of the library. */
export function isAbort(error: unknown, signal?: AbortSignal): boolean {
  if (error instanceof KubeError) return error.code === "Aborted" || signal?.aborted === true;
  if (error instanceof CoreError) return error.code === "Stopped";
  if (signal?.aborted === true && error === signal.reason) return true;
  return error instanceof DOMException && error.name === "AbortError";
}

/**
 * Rethrows an error that is neither a platform response nor an abort, so that a bug is not mistaken for an outage. For callers that
 * ignore errors.
 */
export function rethrowBug(error: unknown, signal?: AbortSignal): undefined {
  if (!(error instanceof CoreError || error instanceof KubeError) && !isAbort(error, signal)) throw error;
}

/** Whether the same request can succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KubeError) return isTransientCode(error.code) || error.ambiguous;
  if (!(error instanceof CoreError) || error.code !== "Unreachable") return false;
  // An API that is not served may recover; an untrusted certificate does not.
  return !(error.cause instanceof KubeError) || error.cause.code !== "Tls";
}
