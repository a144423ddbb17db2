import { CoreError, type CoreErrorCode } from "../core/core-error.ts";
import type { Finding } from "../core/finding.ts";
import { type Diagnostic, DiagnosticError, type Diagnostics } from "../engine/diagnostic.ts";
import { KubeError } from "../kube/kube-error.ts";
import type { Attributes } from "../schema/attribute.ts";
import { formatPath, type Path } from "../values/path.ts";
import { attributePathOf } from "./domain.ts";

const summaries: Readonly<Record<CoreErrorCode, string>> = {
  NotFound: "The cluster does not exist",
  AlreadyExists: "It exists already",
  Conflict: "Other writers kept getting in between",
  Refused: "The platform refused the configuration",
  Timeout: "Not ready in time",
  Stopped: "Stopped before it was finished",
  Deleting: "It is being deleted",
  Replaced: "It was replaced by another of the same name",
  Denied: "Access denied",
  Unreachable: "The Hikube API cannot be used",
  Lost: "Another writer keeps undoing the change",
  Orphaned: "Something was left behind",
  InvalidInput: "Invalid configuration",
};

/** What to do where the library has no better advice. */
const advice: Readonly<Record<CoreErrorCode, string>> = {
  NotFound: "Create it first, or correct the id.",
  AlreadyExists: "Import it if it is the one you mean, or choose another name.",
  Conflict: "Apply again; if it stays so, find out who else writes to this cluster.",
  Refused: "Correct what the platform names and apply again.",
  Timeout: "Apply again to resume waiting, or give it a longer timeout.",
  Stopped: "What the platform accepted is not lost: apply again to go on.",
  Deleting: "Wait until it is gone and apply again.",
  Replaced: "Import the one that is there now, or delete it, and apply again.",
  Denied: "Check the provider's credentials and what they allow.",
  Unreachable: "Apply again when it answers; if it never does, check its address, the proxy and the network between.",
  Lost: "Let only one writer own these settings.",
  Orphaned: "Ask the platform's support to remove it.",
  InvalidInput: "Correct the configuration.",
};

/** An error of the library or the connection, in the user's terms; undefined for anything else. */
export function explain(error: unknown, attributes?: Attributes): Diagnostic | undefined {
  if (error instanceof CoreError) {
    const foreign = error.culprit !== undefined && error.path === undefined;
    return {
      severity: "error",
      summary: foreign ? "Another part of the cluster makes the platform fail" : summaries[error.code],
      detail: `${error.message}\n\n${error.hint ?? advice[error.code]}`,
      path: pathOf(error.path, attributes),
    };
  }
  if (error instanceof KubeError) {
    const passing = ["Network", "Timeout", "Unavailable", "TooManyRequests", "Malformed"].includes(error.code);
    const detail = passing ? `${error.message}\n\n${advice.Unreachable}` : error.message;
    return { severity: "error", summary: summaries.Unreachable, detail, path: undefined };
  }
  return undefined;
}

function pathOf(path: readonly string[] | undefined, attributes: Attributes | undefined): Path | undefined {
  if (path === undefined || attributes === undefined) return undefined;
  const steps = attributePathOf(attributes, path);
  return steps.length === 0 ? undefined : steps;
}

/** Runs one question to the library; its errors become diagnostics at the attributes of this resource. */
export async function explained<T>(attributes: Attributes, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const diagnostic = explain(error, attributes);
    if (diagnostic === undefined) throw error;
    throw new DiagnosticError(diagnostic.summary, diagnostic.detail, diagnostic.path, { cause: error });
  }
}

/** Shows what the plan-time checks of the library found, at the attributes of this resource. */
export function report(findings: readonly Finding[], attributes: Attributes, diagnostics: Diagnostics): void {
  for (const { severity, path, summary, detail } of findings) {
    const where = pathOf(path, attributes);
    // Terraform shows the source line of a top-level attribute only; deeper ones are named in the text.
    const place = where === undefined || where.length < 2 ? undefined : `\`${formatPath(where)}\``;
    const named = place === undefined || detail.startsWith(place) ? detail : `${place}: ${detail}`;
    diagnostics.add({ severity, summary, detail: named, path: where });
  }
}
