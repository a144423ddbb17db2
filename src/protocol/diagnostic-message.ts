import type { Diagnostic, Diagnostics } from "../engine/diagnostic.ts";
import type { Path } from "../values/path.ts";
import { tfplugin6 } from "./generated/tfplugin6.js";

export function toAttributePath(path: Path): tfplugin6.IAttributePath {
  return {
    steps: path.map((step) => {
      if ("attribute" in step) return { attributeName: step.attribute };
      return "index" in step ? { elementKeyInt: step.index } : { elementKeyString: step.key };
    }),
  };
}

const toMessage = ({ severity, summary, detail, path }: Diagnostic): tfplugin6.IDiagnostic => ({
  severity: severity === "error" ? tfplugin6.Diagnostic.Severity.ERROR : tfplugin6.Diagnostic.Severity.WARNING,
  summary,
  detail,
  ...(path === undefined || path.length === 0 ? {} : { attribute: toAttributePath(path) }),
});

export const toDiagnostics = (diagnostics: Diagnostics): tfplugin6.IDiagnostic[] => diagnostics.list.map(toMessage);
