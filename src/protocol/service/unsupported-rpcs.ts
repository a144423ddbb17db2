import { tfplugin6 } from "../generated/tfplugin6.js";

// RPCs of kinds that this provider does not have. Terraform asks for them only where a schema names them; a client that asks all the same
// gets a diagnostic. State stores, whose answers are streams, are left to gRPC's UNIMPLEMENTED.

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
