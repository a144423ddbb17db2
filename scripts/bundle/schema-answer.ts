import { tfplugin6 } from "../../src/protocol/generated/tfplugin6.js";
import { providerSchemaMessage } from "../../src/protocol/schema-message.ts";
import { hikubeProvider } from "../../src/provider.ts";

/** The answer to GetProviderSchema, encoded, as base64. */
export function schemaAnswer(): string {
  const message = providerSchemaMessage(hikubeProvider({}));
  return Buffer.from(tfplugin6.GetProviderSchema.Response.encode(message).finish()).toString("base64");
}
