import type { Diagnostic, Diagnostics } from "../engine/diagnostic.ts";
import { formatPath, type Path } from "../values/path.ts";
import { tfplugin6 } from "./generated/tfplugin6.js";

export function toAttributePath(path: Path): tfplugin6.IAttributePath {
  return {
    steps: path.map((step) => {
      if ("attribute" in step) return { attributeName: step.attribute };
      return "index" in step ? { elementKeyInt: step.index } : { elementKeyString: step.key };
    }),
  };
}

/** Maximum length of a diagnostic text, in characters. The problem is at its beginning, the remedy at its end. */
const headLength = 4_000;
const tailLength = 2_000;

/** Removes the middle of a long text, which may quote a megabyte of configuration. */
function readable(text: string): string {
  const left = text.length - headLength - tailLength;
  if (left <= 0) return text;
  return `${text.slice(0, headLength)} … (${left} characters more) … ${text.slice(-tailLength)}`.toWellFormed();
}

/**
 * Converts a diagnostic. Core resolves only attributes of the resource itself and confuses a nested name with one of those, so the path
 * ends after its first step and the text contains the full path.
 */
function toMessage({ severity, summary, detail, path = [] }: Diagnostic): tfplugin6.IDiagnostic {
  const named = path.length < 2 || detail.includes(formatPath(path)) ? detail : `\`${formatPath(path)}\`: ${detail}`;
  return {
    severity: severity === "error" ? tfplugin6.Diagnostic.Severity.ERROR : tfplugin6.Diagnostic.Severity.WARNING,
    summary: readable(summary),
    detail: readable(named),
    ...(path.length === 0 ? {} : { attribute: toAttributePath(path.slice(0, 1)) }),
  };
}

export const toDiagnostics = (diagnostics: Diagnostics): tfplugin6.IDiagnostic[] => diagnostics.list.map(toMessage);
