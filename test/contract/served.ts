import { noLog } from "../../src/base/log.ts";
import { serveReattach } from "../../src/plugin/serve-reattach.ts";
import { services } from "../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../src/protocol/service.ts";
import { hikubeProvider } from "../../src/provider.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type Connection, connect } from "./connection.ts";
import { type Core, startCore } from "./core-client.ts";

/** The provider served from this process over a real socket, with an embedded Hikube behind it. */
export interface Served {
  readonly sandbox: Sandbox;
  connect(): Connection;
  /** Terraform core with a provider configured for the sandbox. */
  core(): Promise<Core>;
  stop(): Promise<void>;
}

export async function startServed(profile: SandboxOptions["profile"]): Promise<Served> {
  const sandbox = await startSandbox({ profile, speed: 50 });
  const service = providerService(hikubeProvider({}), noLog);
  const reattach = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["hikube/hikube"],
    onHostGone: (peer) => void service.forget(peer),
  });
  const { Addr } = Object.values(
    JSON.parse(reattach.environment) as Record<string, { Addr: { String: string } }>,
  )[0] ?? {
    Addr: { String: "" },
  };
  const connections: Connection[] = [];
  const open = (): Connection => {
    const connection = connect(Addr.String);
    connections.push(connection);
    return connection;
  };
  return {
    sandbox,
    connect: open,
    core: () => startCore(async () => open(), { kubeconfig: sandbox.kubeconfig }),
    stop: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      service.stop();
      await reattach.stop();
      await service.close();
      await sandbox.stop();
    },
  };
}
