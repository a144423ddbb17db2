import type { ServiceImplementation } from "./base/rpc.ts";
import { hclog, logLevel } from "./plugin/hclog.ts";
import type { PluginService } from "./plugin/plugin-service.ts";
import { servePlugin } from "./plugin/serve-plugin.ts";
import { services } from "./protocol/generated/tfplugin6.js";
import { providerService } from "./protocol/service/index.ts";
import { hikubeProvider } from "./provider.ts";

const cookie = {
  key: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

/** The encoded answer to GetProviderSchema, as base64: in the executable, where it saves the time to make it at each start. */
declare const SCHEMA_ANSWER: string | undefined;

function withSchemaAnswer(implementation: ServiceImplementation): PluginService {
  const definition = services["tfplugin6.Provider"];
  if (typeof SCHEMA_ANSWER === "undefined") return { definition, implementation };
  const responseSerialize = () => Buffer.from(SCHEMA_ANSWER, "base64");
  const GetProviderSchema = { ...definition.GetProviderSchema, responseSerialize };
  return {
    definition: { ...definition, GetProviderSchema },
    implementation: { ...implementation, GetProviderSchema: () => ({}) },
  };
}

/**
 * Serves as a plugin when started by Terraform; otherwise runs a command or prints the help. Programs that a plugin starts inherit the
 * cookie, so a start with arguments is a command: another provider runs `token` as a credential plugin.
 */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (process.env[cookie.key] !== cookie.value || words.length > 0) {
    const { runCommand } = await import("./cli/run.ts");
    process.exitCode = await runCommand(words);
    return;
  }
  const log = hclog({ stream: process.stderr, level: logLevel(process.env, "hikube"), name: "provider" });
  const service = providerService(hikubeProvider(process.env), log);
  await servePlugin({
    cookie,
    protocolVersion: 6,
    services: [withSchemaAnswer(service.implementation)],
    log,
    onStop: service.stop,
    onClientGone: service.stop,
  });
}

void main();
