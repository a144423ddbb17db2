import { findPart } from "../../engine/engine.ts";
import { type ListEvent, listResources } from "../../engine/list.ts";
import type { ErasedProvider } from "../../engine/provider.ts";
import type { Resource } from "../../engine/resource/definition.ts";
import { objectType } from "../../schema/kind.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle, HandleStream } from "../handler.ts";
import { toIdentityData } from "../identity-data.ts";
import { validated } from "./validated.ts";

/** The RPCs of list resources. */
export function listHandlers<Client>(
  provider: ErasedProvider<Client>,
  handle: Handle<Client>,
  handleStream: HandleStream<Client>,
) {
  const named = (typeName: string | null | undefined) =>
    findPart(provider.listResources, typeName ?? "", "list resource");
  return {
    ValidateListResourceConfig: handle<
      tfplugin6.ValidateListResourceConfig.IRequest,
      tfplugin6.ValidateListResourceConfig.IResponse
    >((engine, request) => validated(engine, named(request.typeName).definition, request.config)),

    ListResource: handleStream<tfplugin6.ListResource.IRequest, tfplugin6.ListResource.IEvent>(
      async (engine, request, signal, send) => {
        const part = named(request.typeName);
        const listed = findPart(provider.resources, part.type, "resource");
        const events = listResources(engine, part, listed, {
          config: configFrom(request.config, part.definition.schema),
          includeResource: request.includeResourceObject ?? false,
          limit: Number(request.limit ?? 0),
          signal,
        });
        for await (const event of events) await send(eventMessage(event, listed));
      },
      (diagnostics) => ({ diagnostic: toDiagnostics(diagnostics) }),
    ),
  };
}

function eventMessage<Client>(event: ListEvent, { definition }: Resource<Client>): tfplugin6.ListResource.IEvent {
  if ("diagnostics" in event) return { diagnostic: toDiagnostics(event.diagnostics) };
  const { identity, displayName, state } = event.result;
  return {
    identity: toIdentityData(definition.identity, identity),
    displayName,
    ...(state === undefined ? {} : { resourceObject: toDynamicValue(state, objectType(definition.schema)) }),
  };
}
