import type { Log } from "../../../src/base/log.ts";
import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services } from "../../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../../src/protocol/service/index.ts";
import { hikubeProvider, type Timing } from "../../../src/provider.ts";
import type { JumpClock } from "../clock/jump-clock.ts";

/** A provider that serves hosts that reattach. */
export interface ServedProvider {
  /** Its clock, which tests move. */
  readonly clock: JumpClock;
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  stop(): Promise<void>;
}

/** Serves the provider in this process. */
export async function serveHere(clock: JumpClock, timing: Omit<Timing, "clock">, log: Log): Promise<ServedProvider> {
  const service = providerService(hikubeProvider({}, { ...timing, clock }), log);
  const reattach = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["hikube/hikube"],
    onHostGone: (peer) => void service.forget(peer),
  });
  return {
    clock,
    reattach: reattach.environment,
    stop: async () => {
      service.stop();
      await reattach.stop();
      await service.close();
    },
  };
}
