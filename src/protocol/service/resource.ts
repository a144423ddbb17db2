import { validateConfig } from "../../engine/check-config.ts";
import { type Engine, findPart } from "../../engine/engine.ts";
import { withAllKeys } from "../../engine/nested.ts";
import { applyResource } from "../../engine/resource/apply.ts";
import type { ErasedDefinition, Resource } from "../../engine/resource/definition.ts";
import { importResource, requireWholeIdentity } from "../../engine/resource/import.ts";
import { moveResource } from "../../engine/resource/move.ts";
import { planResource } from "../../engine/resource/plan.ts";
import { decodePrivate, encodePrivate } from "../../engine/resource/private-state.ts";
import { readResource } from "../../engine/resource/read.ts";
import { parseStoredJson } from "../../engine/resource/stored-json.ts";
import { upgradeResource } from "../../engine/resource/upgrade.ts";
import { objectType } from "../../schema/kind.ts";
import { toAttributePath, toDiagnostics } from "../diagnostic-message.ts";
import { configFrom, objectFrom, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle } from "../handler.ts";
import { fromIdentityData, identityFromJson, toIdentityData } from "../identity-data.ts";

/** The RPCs of resources. */
export function resourceHandlers<Client>(resources: readonly Resource<Client>[], handle: Handle<Client>) {
  const named = (typeName: string | null | undefined) => {
    const resource = findPart(resources, typeName ?? "", "resource");
    return { resource, wire: objectType(resource.definition.schema) };
  };
  return {
    ValidateResourceConfig: handle<
      tfplugin6.ValidateResourceConfig.IRequest,
      tfplugin6.ValidateResourceConfig.IResponse
    >(async (engine, request) => {
      const { definition } = named(request.typeName).resource;
      const config = configFrom(request.config, definition.schema);
      const writeOnlyAllowed = request.clientCapabilities?.writeOnlyAttributesAllowed ?? false;
      return { diagnostics: toDiagnostics(await validateConfig(engine, definition, config, { writeOnlyAllowed })) };
    }),

    UpgradeResourceState: handle<tfplugin6.UpgradeResourceState.IRequest, tfplugin6.UpgradeResourceState.IResponse>(
      async (engine, request) => {
        const { resource, wire } = named(request.typeName);
        const raw = request.rawState;
        const answer = await upgradeResource(engine, resource, Number(request.version ?? 0), {
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
    >((_engine, request) => {
      const { definition } = named(request.typeName).resource;
      const stored = identityFromJson(definition.identity, request.rawIdentity?.json);
      return { upgradedIdentity: toIdentityData(definition.identity, stored) };
    }),

    ReadResource: handle<tfplugin6.ReadResource.IRequest, tfplugin6.ReadResource.IResponse>(
      async (engine, request, signal) => {
        const { resource, wire } = named(request.typeName);
        const { definition } = resource;
        const answer = await readResource(engine, resource, {
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
        const { resource, wire } = named(request.typeName);
        const answer = await planResource(engine, resource, {
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
        const { resource, wire } = named(request.typeName);
        const { definition } = resource;
        const answer = await applyResource(engine, resource, {
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
        const { resource, wire } = named(request.typeName);
        const { type, definition } = resource;
        const identity = fromIdentityData(definition.identity, request.identity);
        const answer = await importResource(
          engine,
          resource,
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
        const { resource, wire } = named(request.targetTypeName);
        const { definition } = resource;
        const json = request.sourceState?.json;
        const answer = await moveResource(engine, resource, {
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
