import { findPart } from "../../engine/engine.ts";
import {
  closeEphemeral,
  type EphemeralAnswer,
  type EphemeralResource,
  openEphemeral,
  renewEphemeral,
} from "../../engine/ephemeral.ts";
import { decodePrivate, encodePrivate } from "../../engine/resource/private-state.ts";
import { objectType } from "../../schema/kind.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle } from "../handler.ts";
import { validated } from "./validated.ts";

/** The RPCs of ephemeral resources. */
export function ephemeralHandlers<Client>(parts: readonly EphemeralResource<Client>[], handle: Handle<Client>) {
  const named = (typeName: string | null | undefined) => findPart(parts, typeName ?? "", "ephemeral resource");
  return {
    ValidateEphemeralResourceConfig: handle<
      tfplugin6.ValidateEphemeralResourceConfig.IRequest,
      tfplugin6.ValidateEphemeralResourceConfig.IResponse
    >((engine, request) => validated(engine, named(request.typeName).definition, request.config)),

    OpenEphemeralResource: handle<tfplugin6.OpenEphemeralResource.IRequest, tfplugin6.OpenEphemeralResource.IResponse>(
      async (engine, request, signal) => {
        const part = named(request.typeName);
        const { schema } = part.definition;
        const answer = await openEphemeral(engine, part, { config: configFrom(request.config, schema), signal });
        const { result } = answer;
        return { ...lease(answer), ...(result === null ? {} : { result: toDynamicValue(result, objectType(schema)) }) };
      },
    ),

    RenewEphemeralResource: handle<
      tfplugin6.RenewEphemeralResource.IRequest,
      tfplugin6.RenewEphemeralResource.IResponse
    >(async (engine, request, signal) => {
      const notes = decodePrivate(request.private ?? undefined);
      return lease(await renewEphemeral(engine, named(request.typeName), { private: notes, signal }));
    }),

    CloseEphemeralResource: handle<
      tfplugin6.CloseEphemeralResource.IRequest,
      tfplugin6.CloseEphemeralResource.IResponse
    >(async (engine, request, signal) => {
      const notes = decodePrivate(request.private ?? undefined);
      const diagnostics = await closeEphemeral(engine, named(request.typeName), { private: notes, signal });
      return { diagnostics: toDiagnostics(diagnostics) };
    }),
  };
}

const lease = ({
  diagnostics,
  private: notes,
  renewAt,
}: EphemeralAnswer): tfplugin6.RenewEphemeralResource.IResponse => ({
  diagnostics: toDiagnostics(diagnostics),
  ...(notes === undefined ? {} : { private: encodePrivate(notes) }),
  ...(renewAt === undefined ? {} : { renewAt: { seconds: Math.floor(renewAt.getTime() / 1000), nanos: 0 } }),
});
