import { type FaultAction, startSandbox } from "../../src/sandbox/sandbox.ts";
import { benchPlatform, type Counts, type Order } from "./sandbox-process.ts";

// Runs in a process of its own (see sandbox-process.ts): says how it is reached, then answers every order with its counts.

const failures: readonly FaultAction[] = [
  { kind: "answer", status: 503, body: "the server is currently unable to handle the request\n" },
  {
    kind: "answer",
    status: 500,
    body: { kind: "Status", apiVersion: "v1", status: "Failure", message: "etcdserver: request timed out", code: 500 },
  },
  { kind: "reset", when: "before" },
  { kind: "reset", when: "after" },
];

/** Those of `loadConfiguration` are numbered from 0. */
const mostClusters = 1_000;

const sandbox = await startSandbox({
  profile: benchPlatform,
  speed: 1_000,
  quota: { cpu: "1M", memory: "1Pi" },
});
process.on("message", (order: Order) => {
  if ("failing" in order) {
    sandbox.faults.clear();
    // One after another, evenly: the same share in every run.
    const every = Math.round(failures.length / order.failing);
    for (const [turn, action] of order.failing === 0 ? [] : failures.entries()) {
      const nth = Math.round((every * (turn + 1)) / failures.length);
      sandbox.faults.add({ match: { nth, every, times: Number.POSITIVE_INFINITY }, action });
    }
  }
  process.send?.({
    requests: sandbox.requests.length,
    writes: sandbox.writes,
    failed: sandbox.faults.hits,
    clusters: Array.from({ length: mostClusters }, (_, number) => `load-${number}`).filter(
      (name) => sandbox.stored("Kubernetes", name) !== undefined,
    ).length,
  } satisfies Counts);
});
process.on("disconnect", () => void sandbox.stop().then(() => process.exit(0)));
process.send?.(sandbox.kubeconfig);
