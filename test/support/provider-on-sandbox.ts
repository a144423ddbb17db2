import { type Log, noLog } from "../../src/base/log.ts";
import { serveReattach } from "../../src/plugin/serve-reattach.ts";
import { services } from "../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../src/protocol/service/index.ts";
import { hikubeProvider } from "../../src/provider.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type JumpClock, jumpClock } from "./clock/jump-clock.ts";
import { turnClock } from "./clock/turn-clock.ts";

/** A sandbox, and the provider of this process served over a real socket. Both use one clock. */
export interface ProviderOnSandbox {
  readonly sandbox: Sandbox;
  /** The provider's. */
  readonly clock: JumpClock;
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  /** Where the provider listens, `host:port`. */
  readonly target: string;
  stop(): Promise<void>;
}

/** @param timing waits of the provider, on top of its own. */
export async function startProviderOnSandbox(
  options: SandboxOptions,
  timing: Omit<NonNullable<Parameters<typeof hikubeProvider>[1]>, "clock"> = {},
  log: Log = noLog,
): Promise<ProviderOnSandbox> {
  const { clock: time = turnClock() } = options;
  const sandbox = await startSandbox({ ...options, clock: time });
  const clock = jumpClock(time);
  const service = providerService(hikubeProvider({}, { ...timing, clock }), log);
  const reattach = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["hikube/hikube"],
    onHostGone: (peer) => void service.forget(peer),
  });
  const providers = JSON.parse(reattach.environment) as Record<string, { readonly Addr: { readonly String: string } }>;
  return {
    sandbox,
    clock,
    reattach: reattach.environment,
    target: providers["hikube/hikube"]?.Addr.String ?? "",
    stop: async () => {
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
