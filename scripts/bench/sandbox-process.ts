import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the sandbox was asked so far. */
export interface Counts {
  readonly requests: number;
  /** Accepted POST, PUT, PATCH and DELETE on applications. */
  readonly writes: number;
}

export interface SandboxProcess {
  readonly kubeconfig: string;
  counts(): Promise<Counts>;
  stop(): Promise<void>;
}

/** A sandbox that does not share its event loop with whoever measures. */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL("sandbox-child.ts", import.meta.url)), { stdio: ["ignore", 2, 2, "ipc"] });
  const kubeconfig = (await nextMessage(child)) as string;
  return {
    kubeconfig,
    counts: async () => {
      child.send("counts");
      return (await nextMessage(child)) as Counts;
    },
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
