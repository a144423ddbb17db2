import { tfplugin6 } from "./generated/tfplugin6.js";

// Kinds of things that this provider does not have. Terraform asks for them only where a schema names them; a confused
// client gets a diagnostic. What needs no answer at all (state stores, list streams) is left to gRPC's UNIMPLEMENTED.

const lacking = (what: string): tfplugin6.IDiagnostic => ({
  severity: tfplugin6.Diagnostic.Severity.ERROR,
  summary: `No such ${what}`,
  detail: `This version of the provider has no ${what} of that name.`,
});

const refuse = (what: string) => (): { diagnostics: tfplugin6.IDiagnostic[] } => ({ diagnostics: [lacking(what)] });

export const absentServices = {
  ValidateDataResourceConfig: refuse("data source"),
  ReadDataSource: refuse("data source"),
  ValidateEphemeralResourceConfig: refuse("ephemeral resource"),
  OpenEphemeralResource: refuse("ephemeral resource"),
  RenewEphemeralResource: refuse("ephemeral resource"),
  CloseEphemeralResource: refuse("ephemeral resource"),
  ValidateListResourceConfig: refuse("list resource"),
  ValidateActionConfig: refuse("action"),
  PlanAction: refuse("action"),
  GenerateResourceConfig: refuse("generator of resource configuration"),
  GetFunctions: (): tfplugin6.GetFunctions.IResponse => ({ functions: {} }),
  CallFunction: (): tfplugin6.CallFunction.IResponse => ({
    error: { text: "This version of the provider has no function of that name." },
  }),
};
