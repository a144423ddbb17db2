import { isExecutableTested } from "../../../scripts/ensure-built.ts";
import { type Log, noLog } from "../../../src/base/log.ts";
import type { Timing } from "../../../src/provider.ts";
import type { SandboxRequest } from "../../../src/sandbox/request-handler.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { jumpClock } from "../clock/jump-clock.ts";
import { turnClock } from "../clock/turn-clock.ts";
import { type ServedProvider, serveHere } from "./serve.ts";
import { serveExecutable } from "./serve-executable.ts";

/** A sandbox, and the provider served over a real socket: of this process with the sandbox's clock, or compiled. */
export interface ProviderOnSandbox extends ServedProvider {
  readonly sandbox: Sandbox;
  /** Where the provider listens, `host:port`. */
  readonly target: string;
  stop(): Promise<void>;
}

/** @param timing waits of the provider, on top of its own. */
export async function startProviderOnSandbox(
  options: SandboxOptions,
  timing: Omit<Timing, "clock"> = {},
  log: Log = noLog,
): Promise<ProviderOnSandbox> {
  const { clock: time = turnClock() } = options;
  const sandbox = await startSandbox({ ...options, clock: time });
  const serve = isExecutableTested ? serveExecutable : serveHere;
  const provider = await serve(jumpClock(time), timing, log);
  const addresses = JSON.parse(provider.reattach) as Record<string, { readonly Addr: { readonly String: string } }>;
  return {
    ...provider,
    sandbox,
    target: addresses["hikube/hikube"]?.Addr.String ?? "",
    stop: async () => {
      await provider.stop();
      await sandbox.stop();
    },
  };
}

/**
 * Resolves once the provider waits for a cluster after a write to it that was accepted: it has looked at what runs since. A deadline of
 * that write has begun by then, whatever runs beside it.
 */
export async function untilWaitedFor({ requests }: Sandbox, cluster: string, since = 0): Promise<void> {
  const isWrite = ({ method, path, status, body = "" }: SandboxRequest) =>
    status >= 200 &&
    status < 300 &&
    (method === "PATCH" ? path.endsWith(`/${cluster}`) : method === "POST" && nameIn(body) === cluster);
  for (;;) {
    const sent = requests.slice(since);
    const write = sent.findIndex(isWrite);
    const looks = sent
      .slice(write + 1)
      .filter(({ path, status }) => path.endsWith("/workloadmonitors") && status === 200);
    if (write >= 0 && looks.length > 1) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const nameIn = (body: string) => (JSON.parse(body) as { metadata?: { name?: string } }).metadata?.name;
