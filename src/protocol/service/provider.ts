import { stopEngine } from "../../engine/engine.ts";
import { configureProvider, type ErasedProvider, validateProvider } from "../../engine/provider.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle, WithDiagnostics } from "../handler.ts";
import { identitySchemasMessage, metadataMessage, providerSchemaMessage } from "../schema-message.ts";

/** The RPCs of the provider itself. */
export const providerHandlers = <Client>(provider: ErasedProvider<Client>, handle: Handle<Client>) => ({
  GetMetadata: handle<tfplugin6.GetMetadata.IRequest, tfplugin6.GetMetadata.IResponse>(() => metadataMessage(provider)),

  GetProviderSchema: handle<tfplugin6.GetProviderSchema.IRequest, tfplugin6.GetProviderSchema.IResponse>(() =>
    providerSchemaMessage(provider),
  ),

  GetResourceIdentitySchemas: handle<
    tfplugin6.GetResourceIdentitySchemas.IRequest,
    tfplugin6.GetResourceIdentitySchemas.IResponse
  >(() => identitySchemasMessage(provider)),

  ValidateProviderConfig: handle<tfplugin6.ValidateProviderConfig.IRequest, tfplugin6.ValidateProviderConfig.IResponse>(
    async (engine, request) => {
      const config = configFrom(request.config, provider.schema);
      return { diagnostics: toDiagnostics(await validateProvider(engine, provider, config)) };
    },
  ),

  ConfigureProvider: handle<tfplugin6.ConfigureProvider.IRequest, tfplugin6.ConfigureProvider.IResponse>(
    async (engine, request) => {
      const config = configFrom(request.config, provider.schema);
      return { diagnostics: toDiagnostics(await configureProvider(engine, provider, config)) };
    },
  ),

  StopProvider: handle<tfplugin6.StopProvider.IRequest, tfplugin6.StopProvider.IResponse & WithDiagnostics>(
    (engine) => {
      stopEngine(engine);
      return {};
    },
  ),
});
