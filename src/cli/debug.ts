import { once } from "node:events";
import { hclog, logLevel } from "../plugin/hclog.ts";
import { serveReattach } from "../plugin/serve-reattach.ts";
import { services } from "../protocol/generated/tfplugin6.js";
import { providerService } from "../protocol/service/index.ts";
import { hikubeProvider } from "../provider.ts";

/** Serves the provider in this process until Ctrl-C, for Terraform runs that reattach to it. */
export async function runDebug(): Promise<number> {
  const level = logLevel(process.env, "hikube");
  const service = providerService(
    hikubeProvider(process.env),
    hclog({ stream: process.stderr, level: level === "off" ? "info" : level, name: "provider" }),
  );
  const reattach = await serveReattach({
    protocolVersion: 6,
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["hikube/hikube"],
    // Every Terraform command opens three or four connections, each with its own client.
    onHostGone: (peer) => void service.forget(peer),
  });
  process.stdout.write(`export TF_REATTACH_PROVIDERS='${reattach.environment}'\n`);
  await once(process, "SIGINT");
  service.stop();
  await reattach.stop();
  await service.close();
  return 0;
}
