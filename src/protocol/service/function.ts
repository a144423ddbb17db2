import type { Log } from "../../base/log.ts";
import type { Unary } from "../../base/rpc.ts";
import { FunctionError, type ProviderFunction } from "../../engine/function.ts";
import { wireType } from "../../schema/kind.ts";
import { fromDynamicValue, toDynamicValue } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";
import { functionMessages } from "../schema-message.ts";

/** The RPCs of functions. They need neither a configuration nor a connection. */
export function functionHandlers(functions: readonly ProviderFunction[], log: Log) {
  const call: Unary<tfplugin6.CallFunction.IRequest, tfplugin6.CallFunction.IResponse> = async (request) => {
    const found = functions.find(({ name }) => name === request.name);
    if (found === undefined) return { error: { text: `This provider has no function "${request.name ?? ""}".` } };
    try {
      return { result: await resultOf(found, request.arguments ?? []) };
    } catch (error) {
      return { error: errorMessage(error, log) };
    }
  };
  const list: Unary<tfplugin6.GetFunctions.IRequest, tfplugin6.GetFunctions.IResponse> = () => ({
    functions: functionMessages(functions),
  });
  return { GetFunctions: list, CallFunction: call };
}

async function resultOf(
  { definition }: ProviderFunction,
  values: readonly tfplugin6.IDynamicValue[],
): Promise<tfplugin6.IDynamicValue> {
  const { parameters, variadic, returns } = definition;
  const kinds = parameters.map(({ kind }) => kind);
  if (variadic !== undefined) while (kinds.length < values.length) kinds.push(variadic.kind);
  const given = kinds.map((kind, index) => fromDynamicValue(values[index], wireType(kind)));
  return toDynamicValue(await definition.call(...given), wireType(returns));
}

function errorMessage(error: unknown, log: Log): tfplugin6.IFunctionError {
  if (error instanceof FunctionError) {
    const { message: text, argument } = error;
    return { text, ...(argument === undefined ? {} : { functionArgument: argument }) };
  }
  log("error", "internal error", { stack: error instanceof Error ? error.stack : String(error) });
  const text = error instanceof Error ? error.message : "a value that is not an error was thrown";
  return { text: `Internal error of the provider: ${text}. This is a bug in the provider; please report it.` };
}
