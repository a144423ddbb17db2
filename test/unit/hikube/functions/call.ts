import type { Json } from "../../../../src/base/json.ts";
import { FunctionError, type ProviderFunction } from "../../../../src/engine/function.ts";
import { dynamicFromJson, jsonFromValue } from "../../../../src/values/dynamic-json.ts";
import type { Value } from "../../../../src/values/value.ts";

/** The result of a function as JSON. */
export function call({ definition }: ProviderFunction, ...values: readonly Value[]): Json {
  const result = definition.call(...values);
  if (result instanceof Promise) throw new Error("the function loads code first; await its result");
  return jsonFromValue(result);
}

/** The same for a function of dynamic values. */
export const callJson = (callee: ProviderFunction, ...values: readonly Json[]): Json =>
  call(callee, ...values.map(dynamicFromJson));

/** The text and the argument of a function's error; the test fails where there is none. */
export function errorOf({ definition }: ProviderFunction, ...values: readonly Value[]): [string, number | undefined] {
  try {
    definition.call(...values);
  } catch (error) {
    if (error instanceof FunctionError) return [error.message, error.argument];
    throw error;
  }
  throw new Error("the function has a result");
}
