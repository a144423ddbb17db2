import { type DataSource, readDataSource } from "../../engine/data-source.ts";
import { findPart } from "../../engine/engine.ts";
import { objectType } from "../../schema/kind.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import type { Handle } from "../handler.ts";
import { validated } from "./validated.ts";

/** The RPCs of data sources. */
export function dataSourceHandlers<Client>(dataSources: readonly DataSource<Client>[], handle: Handle<Client>) {
  const named = (typeName: string | null | undefined) => findPart(dataSources, typeName ?? "", "data source");
  return {
    ValidateDataResourceConfig: handle<
      tfplugin6.ValidateDataResourceConfig.IRequest,
      tfplugin6.ValidateDataResourceConfig.IResponse
    >((engine, request) => validated(engine, named(request.typeName).definition, request.config)),

    ReadDataSource: handle<tfplugin6.ReadDataSource.IRequest, tfplugin6.ReadDataSource.IResponse>(
      async (engine, request, signal) => {
        const source = named(request.typeName);
        const { schema } = source.definition;
        const answer = await readDataSource(engine, source, { config: configFrom(request.config, schema), signal });
        return {
          diagnostics: toDiagnostics(answer.diagnostics),
          ...(answer.state === null ? {} : { state: toDynamicValue(answer.state, objectType(schema)) }),
        };
      },
    ),
  };
}
