import { DiagnosticError } from "../../engine/diagnostic.ts";
import { type Engine, findPart } from "../../engine/engine.ts";
import { withAllKeys } from "../../engine/nested.ts";
import { applyResource } from "../../engine/resource/apply.ts";
import type { ErasedDefinition, Resource } from "../../engine/resource/definition.ts";
import { generateConfig } from "../../engine/resource/generate.ts";
import { importResource, requireWholeIdentity } from "../../engine/resource/import.ts";
import { moveResource } from "../../engine/resource/move.ts";
import { planResource } from "../../engine/resource/plan.ts";
import { decodePrivate, encodePrivate } from "../../engine/resource/private-state.ts";
import { readResource } from "../../engine/resource/read.ts";
import { parseStoredJson } from "../../engine/resource/stored-json.ts";
import { upgradeResource } from "../../engine/resource/upgrade.ts";
import { objectType } from "../../schema/kind.ts";
import type { Type } from "../../values/type.ts";
import { toAttributePath, toDiagnostics } from "../diagnostic-message.ts";
import { objectFrom, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle } from "../handler.ts";
import { fromIdentityData, identityFromJson, toIdentityData } from "../identity-data.ts";
import { validated } from "./validated.ts";

/** The resource of a request's type, and its wire type. */
interface Named<Client> {
  readonly resource: Resource<Client>;
  readonly wire: Type;
}

/** The RPCs of resources. The second argument of `handle` returns the response of a failed call, which keeps all stored data. */
export function resourceHandlers<Client>(resources: readonly Resource<Client>[], handle: Handle<Client>) {
  const named = (typeName: string | null | undefined): Named<Client> => {
    const resource = findPart(resources, typeName ?? "", "resource");
    return { resource, wire: objectType(resource.definition.schema) };
  };
  return {
    ValidateResourceConfig: handle<
      tfplugin6.ValidateResourceConfig.IRequest,
      tfplugin6.ValidateResourceConfig.IResponse
    >((engine, request) =>
      validated(engine, named(request.typeName).resource.definition, request.config, {
        writeOnlyAllowed: request.clientCapabilities?.writeOnlyAttributesAllowed ?? false,
      }),
    ),

    UpgradeResourceState: handle<tfplugin6.UpgradeResourceState.IRequest, tfplugin6.UpgradeResourceState.IResponse>(
      (engine, request) => upgradeState(engine, request, named(request.typeName)),
    ),

    UpgradeResourceIdentity: handle<
      tfplugin6.UpgradeResourceIdentity.IRequest,
      tfplugin6.UpgradeResourceIdentity.IResponse
    >((_engine, request) => upgradeIdentity(request, named(request.typeName))),

    ReadResource: handle<tfplugin6.ReadResource.IRequest, tfplugin6.ReadResource.IResponse>(
      (engine, request, signal) => read(engine, request, named(request.typeName), signal),
      ({ currentState: newState, private: notes, currentIdentity: newIdentity }) => ({
        newState,
        private: notes,
        newIdentity,
      }),
    ),

    PlanResourceChange: handle<tfplugin6.PlanResourceChange.IRequest, tfplugin6.PlanResourceChange.IResponse>(
      (engine, request, signal) => plan(engine, request, named(request.typeName), signal),
      ({ priorState: plannedState, priorPrivate: plannedPrivate }) => ({ plannedState, plannedPrivate }),
    ),

    ApplyResourceChange: handle<tfplugin6.ApplyResourceChange.IRequest, tfplugin6.ApplyResourceChange.IResponse>(
      (engine, request, signal) => apply(engine, request, named(request.typeName), signal),
      ({ priorState: newState, plannedPrivate: notes, plannedIdentity: newIdentity }) => ({
        newState,
        private: notes,
        newIdentity,
      }),
    ),

    ImportResourceState: handle<tfplugin6.ImportResourceState.IRequest, tfplugin6.ImportResourceState.IResponse>(
      (engine, request) => importState(engine, request, named(request.typeName)),
    ),

    GenerateResourceConfig: handle<
      tfplugin6.GenerateResourceConfig.IRequest,
      tfplugin6.GenerateResourceConfig.IResponse
    >((engine, request, signal) => generate(engine, request, named(request.typeName), signal)),

    MoveResourceState: handle<tfplugin6.MoveResourceState.IRequest, tfplugin6.MoveResourceState.IResponse>(
      (engine, request) => moveState(engine, request, named(request.targetTypeName)),
    ),
  };
}

async function upgradeState<Client>(
  engine: Engine<Client>,
  request: tfplugin6.UpgradeResourceState.IRequest,
  { resource, wire }: Named<Client>,
): Promise<tfplugin6.UpgradeResourceState.IResponse> {
  const raw = request.rawState;
  const answer = await upgradeResource(engine, resource, Number(request.version ?? 0), {
    json: raw?.json ?? undefined,
    flatmap: Object.keys(raw?.flatmap ?? {}).length > 0,
  });
  return {
    diagnostics: toDiagnostics(answer.diagnostics),
    ...(answer.state === undefined ? {} : { upgradedState: toDynamicValue(answer.state, wire) }),
  };
}

function upgradeIdentity<Client>(
  request: tfplugin6.UpgradeResourceIdentity.IRequest,
  { resource: { definition } }: Named<Client>,
): tfplugin6.UpgradeResourceIdentity.IResponse {
  const stored = identityFromJson(definition.identity, request.rawIdentity?.json);
  return { upgradedIdentity: toIdentityData(definition.identity, stored) };
}

async function read<Client>(
  engine: Engine<Client>,
  request: tfplugin6.ReadResource.IRequest,
  { resource, wire }: Named<Client>,
  signal: AbortSignal,
): Promise<tfplugin6.ReadResource.IResponse> {
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
}

async function plan<Client>(
  engine: Engine<Client>,
  request: tfplugin6.PlanResourceChange.IRequest,
  { resource, wire }: Named<Client>,
  signal: AbortSignal,
): Promise<tfplugin6.PlanResourceChange.IResponse> {
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
}

async function apply<Client>(
  engine: Engine<Client>,
  request: tfplugin6.ApplyResourceChange.IRequest,
  { resource, wire }: Named<Client>,
  signal: AbortSignal,
): Promise<tfplugin6.ApplyResourceChange.IResponse> {
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
    ...newIdentity(resource.definition, answer.identity, request.plannedIdentity),
  };
}

async function importState<Client>(
  engine: Engine<Client>,
  request: tfplugin6.ImportResourceState.IRequest,
  { resource, wire }: Named<Client>,
): Promise<tfplugin6.ImportResourceState.IResponse> {
  const { type: typeName, definition } = resource;
  const identity = fromIdentityData(definition.identity, request.identity);
  const source = identity === undefined ? { id: request.id ?? "" } : { identity };
  const answer = await importResource(engine, resource, source);
  const diagnostics = toDiagnostics(answer.diagnostics);
  if (answer.state === undefined) return { diagnostics, importedResources: [] };
  const imported = {
    typeName,
    state: toDynamicValue(answer.state, wire),
    private: encodePrivate(answer.private),
    ...(answer.identity === undefined ? {} : { identity: toIdentityData(definition.identity, answer.identity) }),
  };
  return { diagnostics, importedResources: [imported] };
}

async function generate<Client>(
  engine: Engine<Client>,
  request: tfplugin6.GenerateResourceConfig.IRequest,
  { resource, wire }: Named<Client>,
  signal: AbortSignal,
): Promise<tfplugin6.GenerateResourceConfig.IResponse> {
  const state = objectFrom(request.state, wire);
  if (state === null) {
    throw new DiagnosticError("Configuration cannot be generated", "Terraform sent no state of the resource.");
  }
  const answer = await generateConfig(engine, resource, state, signal);
  return {
    diagnostics: toDiagnostics(answer.diagnostics),
    ...(answer.config === undefined ? {} : { config: toDynamicValue(answer.config, wire) }),
  };
}

async function moveState<Client>(
  engine: Engine<Client>,
  request: tfplugin6.MoveResourceState.IRequest,
  { resource, wire }: Named<Client>,
): Promise<tfplugin6.MoveResourceState.IResponse> {
  const json = request.sourceState?.json;
  const answer = await moveResource(engine, resource, {
    providerAddress: request.sourceProviderAddress ?? "",
    type: request.sourceTypeName ?? "",
    schemaVersion: Number(request.sourceSchemaVersion ?? 0),
    state: json?.length ? parseStoredJson(json, "state of the moved resource") : null,
  });
  const { identity } = resource.definition;
  return {
    diagnostics: toDiagnostics(answer.diagnostics),
    ...(answer.state === undefined ? {} : { targetState: toDynamicValue(answer.state, wire) }),
    targetPrivate: encodePrivate(answer.private),
    ...(answer.identity === undefined ? {} : { targetIdentity: toIdentityData(identity, answer.identity) }),
  };
}

/** After an import by identity, core may send a read with an identity and no state. */
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
