import type { Log } from "../base/log.ts";
import type { ServiceImplementation, Unary } from "../base/rpc.ts";
import { applyResource } from "../engine/apply.ts";
import { configureProvider, validateProvider } from "../engine/configure.ts";
import { createEngine, type Engine, findResource, stopEngine } from "../engine/engine.ts";
import { importResource, requireWholeIdentity } from "../engine/import.ts";
import { moveResource } from "../engine/move.ts";
import { planResource } from "../engine/plan.ts";
import { decodePrivate, encodePrivate } from "../engine/private-state.ts";
import type { ErasedProvider } from "../engine/provider.ts";
import { readResource } from "../engine/read.ts";
import type { ErasedDefinition } from "../engine/resource.ts";
import { parseStoredJson } from "../engine/stored-json.ts";
import { upgradeResource } from "../engine/upgrade.ts";
import { validateResource } from "../engine/validate.ts";
import { withAllKeys } from "../engine/value-object.ts";
import { objectType } from "../schema/kind.ts";
import { absentServices } from "./absent.ts";
import { toAttributePath, toDiagnostics } from "./diagnostic-message.ts";
import { objectFrom, toDynamicValue } from "./dynamic-value.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";
import { type EngineOf, unary, type WithDiagnostics } from "./handler.ts";
import { fromIdentityData, identityFromJson, toIdentityData } from "./identity-data.ts";
import { identitySchemasMessage, providerSchemaMessage, serverCapabilities } from "./schema-message.ts";

export interface ProviderService {
  readonly implementation: ServiceImplementation;
  /** Ends every wait of every connection, as StopProvider does. */
  stop(): void;
  /** Ends the waits of a connection that is closed, and closes its client. Never rejects. */
  forget(peer: string): Promise<void>;
  /** Closes the clients of all connections. */
  close(): Promise<void>;
}

/** The service `tfplugin6.Provider`: decodes by schema, asks the engine, encodes. */
export function providerService<Client>(provider: ErasedProvider<Client>, log: Log): ProviderService {
  const engines = new Map<string, Engine<Client>>();
  const engineOf: EngineOf<Client> = (peer) => {
    let engine = engines.get(peer);
    if (engine === undefined) {
      engine = createEngine(provider, log);
      engines.set(peer, engine);
    }
    return engine;
  };
  const handle = <Request, Response extends WithDiagnostics>(
    answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
    fallback: (request: Request) => Response = () => ({}) as Response,
  ) => unary(engineOf, answer, fallback);

  const forget = async (peer: string): Promise<void> => {
    const engine = engines.get(peer);
    engines.delete(peer);
    if (engine === undefined) return;
    stopEngine(engine);
    const { client } = engine;
    engine.client = undefined;
    try {
      if (client !== undefined) await provider.close(client);
    } catch (error) {
      log("debug", "a client could not be closed", { error: String(error) });
    }
  };

  return {
    implementation: { ...schemaHandlers(provider, handle), ...resourceHandlers<Client>(handle), ...absentServices },
    stop: () => {
      for (const engine of engines.values()) stopEngine(engine);
    },
    forget,
    close: async () => {
      await Promise.all([...engines.keys()].map(forget));
    },
  };
}

type Handle<Client> = <Request, Response extends WithDiagnostics>(
  answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
  fallback?: (request: Request) => Response,
) => Unary<Request, Response>;

function schemaHandlers<Client>(provider: ErasedProvider<Client>, handle: Handle<Client>) {
  const configType = objectType(provider.schema);
  const configOf = (message: tfplugin6.IDynamicValue | null | undefined) =>
    objectFrom(message, configType) ?? withAllKeys(provider.schema, {});
  return {
    GetMetadata: handle<tfplugin6.GetMetadata.IRequest, tfplugin6.GetMetadata.IResponse>(() => ({
      serverCapabilities,
      resources: provider.resources.map(({ type }) => ({ typeName: type })),
    })),
    GetProviderSchema: handle<tfplugin6.GetProviderSchema.IRequest, tfplugin6.GetProviderSchema.IResponse>(() =>
      providerSchemaMessage(provider),
    ),
    GetResourceIdentitySchemas: handle<
      tfplugin6.GetResourceIdentitySchemas.IRequest,
      tfplugin6.GetResourceIdentitySchemas.IResponse
    >(() => identitySchemasMessage(provider)),
    ValidateProviderConfig: handle<
      tfplugin6.ValidateProviderConfig.IRequest,
      tfplugin6.ValidateProviderConfig.IResponse
    >(async (engine, request) => ({
      diagnostics: toDiagnostics(await validateProvider(engine, configOf(request.config))),
    })),
    ConfigureProvider: handle<tfplugin6.ConfigureProvider.IRequest, tfplugin6.ConfigureProvider.IResponse>(
      async (engine, request) => ({
        diagnostics: toDiagnostics(await configureProvider(engine, configOf(request.config))),
      }),
    ),
    StopProvider: handle<tfplugin6.StopProvider.IRequest, tfplugin6.StopProvider.IResponse & WithDiagnostics>(
      (engine) => {
        stopEngine(engine);
        return {};
      },
    ),
  };
}

function resourceHandlers<Client>(handle: Handle<Client>) {
  const typed = (engine: Engine<Client>, typeName: string | null | undefined) => {
    const { type, definition } = findResource(engine, typeName ?? "");
    return { type, definition, wire: objectType(definition.schema) };
  };
  return {
    ValidateResourceConfig: handle<
      tfplugin6.ValidateResourceConfig.IRequest,
      tfplugin6.ValidateResourceConfig.IResponse
    >(async (engine, request) => {
      const { type, definition, wire } = typed(engine, request.typeName);
      const config = objectFrom(request.config, wire) ?? withAllKeys(definition.schema, {});
      const writeOnlyAllowed = request.clientCapabilities?.writeOnlyAttributesAllowed ?? false;
      return { diagnostics: toDiagnostics(await validateResource(engine, { type, config, writeOnlyAllowed })) };
    }),

    UpgradeResourceState: handle<tfplugin6.UpgradeResourceState.IRequest, tfplugin6.UpgradeResourceState.IResponse>(
      async (engine, request) => {
        const { type, wire } = typed(engine, request.typeName);
        const raw = request.rawState;
        const answer = await upgradeResource(engine, type, Number(request.version ?? 0), {
          json: raw?.json ?? undefined,
          flatmap: Object.keys(raw?.flatmap ?? {}).length > 0,
        });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          ...(answer.state === undefined ? {} : { upgradedState: toDynamicValue(answer.state, wire) }),
        };
      },
    ),

    UpgradeResourceIdentity: handle<
      tfplugin6.UpgradeResourceIdentity.IRequest,
      tfplugin6.UpgradeResourceIdentity.IResponse
    >((engine, request) => {
      const { definition } = typed(engine, request.typeName);
      const stored = identityFromJson(definition.identity, request.rawIdentity?.json);
      return { upgradedIdentity: toIdentityData(definition.identity, stored) };
    }),

    ReadResource: handle<tfplugin6.ReadResource.IRequest, tfplugin6.ReadResource.IResponse>(
      async (engine, request, signal) => {
        const { type, definition, wire } = typed(engine, request.typeName);
        const answer = await readResource(engine, {
          type,
          state: objectFrom(request.currentState, wire) ?? stateOfIdentity(engine, definition, request.currentIdentity),
          private: decodePrivate(request.private ?? undefined),
          signal,
        });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          newState: toDynamicValue(answer.state, wire),
          private: encodePrivate(answer.private),
          ...newIdentity(definition, answer.identity, request.currentIdentity),
        };
      },
      (request) => ({
        newState: request.currentState,
        private: request.private,
        newIdentity: request.currentIdentity,
      }),
    ),

    PlanResourceChange: handle<tfplugin6.PlanResourceChange.IRequest, tfplugin6.PlanResourceChange.IResponse>(
      async (engine, request, signal) => {
        const { type, wire } = typed(engine, request.typeName);
        const answer = await planResource(engine, {
          type,
          prior: objectFrom(request.priorState, wire),
          config: objectFrom(request.config, wire),
          private: decodePrivate(request.priorPrivate ?? undefined),
          signal,
        });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          plannedState: toDynamicValue(answer.planned, wire),
          plannedPrivate: encodePrivate(answer.private),
          requiresReplace: answer.requiresReplace.map(toAttributePath),
          plannedIdentity: request.priorIdentity,
        };
      },
      (request) => ({ plannedState: request.priorState, plannedPrivate: request.priorPrivate }),
    ),

    ApplyResourceChange: handle<tfplugin6.ApplyResourceChange.IRequest, tfplugin6.ApplyResourceChange.IResponse>(
      async (engine, request, signal) => {
        const { type, definition, wire } = typed(engine, request.typeName);
        const answer = await applyResource(engine, {
          type,
          prior: objectFrom(request.priorState, wire),
          planned: objectFrom(request.plannedState, wire),
          config: objectFrom(request.config, wire),
          private: decodePrivate(request.plannedPrivate ?? undefined),
          signal,
        });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          newState: toDynamicValue(answer.state, wire),
          private: encodePrivate(answer.private),
          ...newIdentity(definition, answer.identity, request.plannedIdentity),
        };
      },
      (request) => ({
        newState: request.priorState,
        private: request.plannedPrivate,
        newIdentity: request.plannedIdentity,
      }),
    ),

    ImportResourceState: handle<tfplugin6.ImportResourceState.IRequest, tfplugin6.ImportResourceState.IResponse>(
      async (engine, request) => {
        const { type, definition, wire } = typed(engine, request.typeName);
        const identity = fromIdentityData(definition.identity, request.identity);
        const answer = await importResource(
          engine,
          type,
          identity === undefined ? { id: request.id ?? "" } : { identity },
        );
        const { state } = answer;
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          importedResources:
            state === undefined
              ? []
              : [
                  {
                    typeName: type,
                    state: toDynamicValue(state, wire),
                    private: encodePrivate(answer.private),
                    ...(answer.identity === undefined
                      ? {}
                      : { identity: toIdentityData(definition.identity, answer.identity) }),
                  },
                ],
        };
      },
    ),

    MoveResourceState: handle<tfplugin6.MoveResourceState.IRequest, tfplugin6.MoveResourceState.IResponse>(
      async (engine, request) => {
        const { type, definition, wire } = typed(engine, request.targetTypeName);
        const json = request.sourceState?.json;
        const answer = await moveResource(engine, type, {
          providerAddress: request.sourceProviderAddress ?? "",
          type: request.sourceTypeName ?? "",
          schemaVersion: Number(request.sourceSchemaVersion ?? 0),
          state: json?.length ? parseStoredJson(json, "state of the moved resource") : null,
        });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          ...(answer.state === undefined ? {} : { targetState: toDynamicValue(answer.state, wire) }),
          targetPrivate: encodePrivate(answer.private),
          ...(answer.identity === undefined
            ? {}
            : { targetIdentity: toIdentityData(definition.identity, answer.identity) }),
        };
      },
    ),
  };
}

/** After an import by identity core may read with an identity and no state. */
function stateOfIdentity<Client>(
  engine: Engine<Client>,
  definition: ErasedDefinition<Client>,
  message: tfplugin6.IResourceIdentityData | null | undefined,
) {
  const identity = fromIdentityData(definition.identity, message);
  if (identity === undefined || engine.client === undefined) return null;
  requireWholeIdentity(definition.identity, identity);
  return withAllKeys(definition.schema, definition.importState({ identity }, engine.client));
}

const newIdentity = <Client>(
  definition: ErasedDefinition<Client>,
  identity: Record<string, string> | undefined,
  known: tfplugin6.IResourceIdentityData | null | undefined,
): { newIdentity?: tfplugin6.IResourceIdentityData } => {
  if (identity !== undefined) return { newIdentity: toIdentityData(definition.identity, identity) };
  return known === null || known === undefined ? {} : { newIdentity: known };
};
