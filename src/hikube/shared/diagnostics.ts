import { CoreError, type CoreErrorCode } from "../../core/core-error.ts";
import type { Finding } from "../../core/validate/finding.ts";
import { type Diagnostic, DiagnosticError, type Diagnostics } from "../../engine/diagnostic.ts";
import { isTransientCode, KubeError, type KubeErrorCode } from "../../kube/kube-error.ts";
import type { Attributes } from "../../schema/declaration.ts";
import type { Path } from "../../values/path.ts";
import { attributePathOf } from "./expand-flatten.ts";
import { remedyText } from "./remedy.ts";

/** Summaries of errors without their own. */
const summaries: Readonly<Record<CoreErrorCode, string>> = {
  NotFound: "The cluster does not exist",
  AlreadyExists: "The object already exists",
  Conflict: "Too many concurrent changes to this cluster",
  Refused: "The platform refused the configuration",
  Timeout: "The operation did not finish in time",
  Stopped: "The operation was stopped",
  Deleting: "The object is being deleted",
  Replaced: "The object was replaced by another client",
  Denied: "Access denied",
  Unreachable: "The Hikube API cannot be used",
  Lost: "Another client keeps undoing the change",
  Orphaned: "Some resources could not be deleted",
  InvalidInput: "Invalid configuration",
};

/** Advice for errors without their own. */
const advice: Readonly<Record<CoreErrorCode, string>> = {
  NotFound: "Create it first, or correct the id.",
  AlreadyExists: "To manage it here, run `terraform import <address> <id>`. Otherwise choose another name.",
  Conflict: "Apply again. If the error stays, find the other client that writes to this cluster.",
  Refused: "Correct what the platform names and apply again.",
  Timeout: "Apply again to resume waiting, or set a longer timeout in `timeouts`.",
  Stopped: "What the platform accepted is saved in the state. Apply again to continue.",
  Deleting: "Wait until it is deleted and apply again.",
  Replaced: "Import the new object, or delete it, and apply again.",
  Denied: "Check the provider's credentials and what they allow.",
  Unreachable: "Apply again when it answers. If it never does, check its address, the proxy and the network.",
  Lost: "Let only one client manage these settings.",
  Orphaned: "Ask the platform's support to remove them.",
  InvalidInput: "Correct the configuration.",
};

/** Summaries of connection failures without their own. */
const connectionSummaries: Readonly<Partial<Record<KubeErrorCode, string>>> = {
  Credential: "The credentials cannot be used",
  Unauthorized: "Login to Hikube failed",
  Network: "The Hikube API cannot be reached",
  Timeout: "The Hikube API does not answer",
};

/** Returns the diagnostic of an error of the library or the connection; undefined for any other error. */
export function explain(error: unknown, attributes?: Attributes): Diagnostic | undefined {
  if (error instanceof KubeError) return { severity: "error", ...connectionText(error), path: undefined };
  if (!(error instanceof CoreError)) return undefined;
  const path = pathOf(error.path, attributes);
  const isTold = error.code === "Denied" || error.code === "Unreachable" || error.code === "NotFound";
  if (isTold && error.cause instanceof KubeError && isConnectionFailure(error.cause)) {
    const { summary, detail } = connectionText(error.cause);
    const saved = error.partial === undefined ? "" : ` ${advice.Stopped}`;
    return { severity: "error", summary, detail: `${detail}${saved}`, path };
  }
  return {
    severity: "error",
    summary: error.summary ?? summaries[error.code],
    detail: `${error.message}\n\n${hintOf(error)}`,
    path,
  };
}

/** Returns the advice for an error. */
const hintOf = (error: CoreError): string => remedyText(error) ?? error.hint ?? advice[error.code];

/** Whether a failure affects every request: login, address, certificate or network. */
export const isConnectionFailure = ({ code, summary, status }: KubeError): boolean =>
  summary !== undefined ||
  connectionSummaries[code] !== undefined ||
  code === "Tls" ||
  (code === "Unavailable" && status !== undefined && [502, 503, 504].includes(status));

function connectionText(error: KubeError): { readonly summary: string; readonly detail: string } {
  const hint = error.hint ?? (isTransientCode(error.code) ? advice.Unreachable : undefined);
  return {
    summary: error.summary ?? connectionSummaries[error.code] ?? summaries.Unreachable,
    detail: hint === undefined ? error.message : `${error.message}\n\n${hint}`,
  };
}

function pathOf(path: readonly string[] | undefined, attributes: Attributes | undefined): Path | undefined {
  if (path === undefined || attributes === undefined) return undefined;
  const steps = attributePathOf(attributes, path);
  return steps.length === 0 ? undefined : steps;
}

/**
 * Runs an operation of the library; its errors become diagnostics at the attributes of this resource.
 * @param subject the attribute that names the object read, for errors about the object that have no attribute of their own.
 */
export async function explained<T>(attributes: Attributes, question: () => Promise<T>, subject?: string): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const diagnostic = explain(error, attributes);
    if (diagnostic === undefined) throw error;
    const { summary, detail, path = isAboutObject(error) ? subject : undefined } = diagnostic;
    throw new DiagnosticError(summary, detail, path, { cause: error });
  }
}

/** Whether an error concerns one object and not the connection as a whole. */
const isAboutObject = (error: unknown): boolean =>
  error instanceof CoreError && !(error.cause instanceof KubeError && isConnectionFailure(error.cause));

/** Adds the findings of the library's plan-time checks at the attributes of this resource. */
export function report(findings: readonly Finding[], attributes: Attributes, diagnostics: Diagnostics): void {
  for (const { severity, path, summary, detail } of findings) {
    diagnostics.add({ severity, summary, detail, path: pathOf(path, attributes) });
  }
}
