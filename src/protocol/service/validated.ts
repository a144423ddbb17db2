import { type Configurable, validateConfig } from "../../engine/check-config.ts";
import type { Engine } from "../../engine/engine.ts";
import { toDiagnostics } from "../diagnostic-message.ts";
import { configFrom } from "../dynamic-value.ts";
import type { tfplugin6 } from "../generated/tfplugin6.js";

/** Answers the RPCs that validate a configuration. */
export async function validated<Client>(
  engine: Engine<Client>,
  definition: Configurable,
  message: tfplugin6.IDynamicValue | null | undefined,
  options: { readonly writeOnlyAllowed?: boolean } = {},
): Promise<{ diagnostics: tfplugin6.IDiagnostic[] }> {
  const config = configFrom(message, definition.schema);
  return { diagnostics: toDiagnostics(await validateConfig(engine, definition, config, options)) };
}
