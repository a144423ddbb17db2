import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The platform that the figures are of. */
export const benchPlatform = "1.1.2";

/** What the sandbox was asked so far. */
export interface Counts {
  readonly requests: number;
  /** Accepted POST, PUT, PATCH and DELETE on applications. */
  readonly writes: number;
  /** Requests that were failed on purpose. */
  readonly failed: number;
  /** Clusters of `loadConfiguration` that exist. */
  readonly clusters: number;
}

/** What the process is told. */
export type Order = { readonly counts: true } | { readonly failing: number };

export interface SandboxProcess {
  readonly kubeconfig: string;
  counts(): Promise<Counts>;
  /** From now on this share of all requests fails: with 503, 500 or a connection that breaks. */
  fail(share: number): Promise<void>;
  stop(): Promise<void>;
}

/** A sandbox in a process of its own, apart from the benchmark's event loop. */
export async function startSandboxProcess({ failing = 0 } = {}): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL("sandbox-child.ts", import.meta.url)), { stdio: ["ignore", 2, 2, "ipc"] });
  const kubeconfig = (await nextMessage(child)) as string;
  const tell = async (order: Order): Promise<Counts> => {
    child.send(order);
    return (await nextMessage(child)) as Counts;
  };
  const fail = async (share: number): Promise<void> => {
    await tell({ failing: share });
  };
  if (failing > 0) await fail(failing);
  return {
    kubeconfig,
    counts: () => tell({ counts: true }),
    fail,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    },
  };
}

const nextMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`the sandbox ended with ${code}`));
    child.once("exit", died);
    child.once("message", (message) => {
      child.off("exit", died);
      resolve(message);
    });
  });
