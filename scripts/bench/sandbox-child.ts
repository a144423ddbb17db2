import { startSandbox } from "../../src/sandbox/sandbox.ts";
import type { Counts } from "./sandbox-process.ts";

// Runs in a process of its own (see sandbox-process.ts): says how it is reached, then answers every message with its counts.

const sandbox = await startSandbox({ profile: "1.1.2", speed: 1_000 });
process.on("message", () => {
  process.send?.({ requests: sandbox.requests.length, writes: sandbox.writes } satisfies Counts);
});
process.on("disconnect", () => void sandbox.stop().then(() => process.exit(0)));
process.send?.(sandbox.kubeconfig);
