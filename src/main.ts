import { hclog, logLevel } from "./plugin/hclog.ts";
import { servePlugin } from "./plugin/serve-plugin.ts";
import { services } from "./protocol/generated/tfplugin6.js";
import { providerService } from "./protocol/service/index.ts";
import { hikubeProvider } from "./provider.ts";

const cookie = {
  key: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

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
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    log,
    onStop: service.stop,
    onClientGone: service.stop,
  });
}

void main();
