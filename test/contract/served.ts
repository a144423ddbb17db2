import { noLog } from "../../src/base/log.ts";
import { serveReattach } from "../../src/plugin/serve-reattach.ts";
import { services } from "../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../src/protocol/service/index.ts";
import { hikubeProvider } from "../../src/provider.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type JumpClock, jumpClock } from "../jump-clock.ts";
import { turnClock } from "../turn-clock.ts";
import { type Connection, connect } from "./connection.ts";
import { type Core, startCore } from "./core-client.ts";

/** The provider served from this process over a real socket, with an embedded Hikube behind it. */
export interface Served {
  readonly sandbox: Sandbox;
  /** The provider's. */
  readonly clock: JumpClock;
  connect(): Connection;
  /** Terraform core with a provider configured for the sandbox. */
  core(): Promise<Core>;
  stop(): Promise<void>;
}

export async function startServed(profile: SandboxOptions["profile"]): Promise<Served> {
  const time = turnClock();
  const sandbox = await startSandbox({ profile, speed: 50, clock: time });
  const clock = jumpClock(time);
  const service = providerService(hikubeProvider({}, { clock }), noLog);
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
    clock,
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

/** Resolves once the provider waits for the platform after a write that was accepted: it has looked at what runs since. */
export async function untilWaitedFor({ requests }: Sandbox, since = 0): Promise<void> {
  for (;;) {
    const sent = requests.slice(since);
    const write = sent.findIndex(
      ({ method, status }) => ["POST", "PATCH"].includes(method) && status >= 200 && status < 300,
    );
    const looks = sent
      .slice(write + 1)
      .filter(({ path, status }) => path.endsWith("/workloadmonitors") && status === 200);
    if (write >= 0 && looks.length > 1) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
