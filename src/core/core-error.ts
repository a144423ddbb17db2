import { isTransientCode, KubeError } from "../kube/kube-error.ts";
import type { Owner } from "./owner.ts";

/** What went wrong, as far as a caller may branch on it. */
export type CoreErrorCode =
  | "NotFound" // the cluster (or the group's cluster) does not exist
  | "AlreadyExists" // another owner's object of that name; import it
  | "Conflict" // too many concurrent writes of others
  | "Refused" // the platform refused deterministically; the message is its own
  | "Timeout" // not reached before the deadline; what is known is in `partial`
  | "Stopped" // the caller's signal; what is known is in `partial`
  | "Deleting" // the object is on its way out
  | "Replaced" // an object of that name exists, but it is another one (uid)
  | "Denied" // credentials or permissions
  | "Unreachable" // network, TLS, API server down, not a Hikube API
  | "Lost" // another writer undid our write again and again
  | "Orphaned" // the object is gone, what it ran is not
  | "InvalidInput"; // refused here, before anything was sent

/** What can be done about an error, for callers with their own words for it. `hint` says the same without them. */
export type Remedy =
  /** Take over an object that already exists. `id`: `namespace/cluster`, or `namespace/cluster/name`. */
  | { readonly kind: "takeOver"; readonly owner: Owner["kind"]; readonly id: string }
  /** Drop what is known of an object that was replaced. */
  | { readonly kind: "forget" }
  /** Wait again, or longer. `limit`: which time was too short; undefined where it can be any. */
  | { readonly kind: "wait"; readonly limit: "create" | "update" | "delete" | undefined; readonly until?: string };

interface CoreErrorInit {
  /** A headline that names the thing; without one that of the code has to do. */
  readonly summary?: string;
  /** The path in the caller's desired object, in its key names, e.g. `["minReplicas"]`. */
  readonly path?: readonly string[];
  /** What the user can do about it. */
  readonly hint?: string;
  readonly remedy?: Remedy;
  readonly culprit?: Owner;
  /** What is known of the object all the same, so that the caller can save it. */
  readonly partial?: unknown;
  readonly cause?: unknown;
}

/** The one error class of the provisioning library. Texts teach: what happened, whose fault; `hint` says what to do. */
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

  /** The same error with what is known of the object. */
  withPartial(partial: unknown): CoreError {
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
   * A KubeError or an abort as a CoreError; a CoreError as it is. `doing` completes the sentence "… while <doing>". Anything else is a bug:
   * it is thrown again as it is, so that it reaches the user as an internal error and nothing repeats it.
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
        // A 404 without a reason is no word about the object: it is the API itself that is not there, and may come back.
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

/** Whether an error only says that its caller, or a limit of the library's own, ended the work. */
export function isAbort(error: unknown, signal?: AbortSignal): boolean {
  if (error instanceof KubeError) return error.code === "Aborted" || signal?.aborted === true;
  if (error instanceof CoreError) return error.code === "Stopped";
  if (signal?.aborted === true && error === signal.reason) return true;
  return error instanceof DOMException && error.name === "AbortError";
}

/** Throws what is neither an answer of the platform nor an abort: a bug must not pass for an outage. For those who swallow errors. */
export function rethrowBug(error: unknown, signal?: AbortSignal): undefined {
  if (!(error instanceof CoreError || error instanceof KubeError) && !isAbort(error, signal)) throw error;
}

/** Whether the same request can succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KubeError) return isTransientCode(error.code) || error.ambiguous;
  if (!(error instanceof CoreError) || error.code !== "Unreachable") return false;
  // An API that is not there may come back; a certificate that is not trusted stays so.
  return !(error.cause instanceof KubeError) || error.cause.code !== "Tls";
}
