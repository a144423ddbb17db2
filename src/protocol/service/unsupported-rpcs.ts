import { tfplugin6 } from "../generated/tfplugin6.js";

// RPCs that this provider does not support. Terraform calls them only if a schema declares them; any other client gets a diagnostic.
// State stores, whose responses are streams, result in gRPC's UNIMPLEMENTED.

export const unsupportedRpcs = {
  GenerateResourceConfig: (): tfplugin6.GenerateResourceConfig.IResponse => ({
    diagnostics: [
      {
        severity: tfplugin6.Diagnostic.Severity.ERROR,
        summary: "Configuration cannot be generated",
        detail: "This version of the provider does not generate resource configuration.",
      },
    ],
  }),
};
