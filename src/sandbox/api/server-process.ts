/** The process of the aggregated API server: it can be down, and it can crash while it handles requests. */
export interface ServerProcess {
  isDown(): boolean;
  /** Down for so many real milliseconds; running requests are completed. */
  restart(downMs: number): void;
  /** Crashes: running writes are lost. Returns the error for the request that caused it. */
  kill(downMs: number): Killed;
  /** Real milliseconds. @throws Killed when the process crashed meanwhile. */
  pause(ms: number): Promise<void>;
}

/** The server crashed while it handled the request. */
export class Killed extends Error {
  override readonly name = "Killed";
}

export function createServerProcess(now: () => number): ServerProcess {
  let downUntil = 0;
  let incarnation = 0;
  const restart = (downMs: number) => {
    downUntil = Math.max(downUntil, now() + downMs);
  };
  return {
    isDown: () => now() < downUntil,
    restart,
    kill: (downMs) => {
      incarnation += 1;
      restart(downMs);
      return new Killed("The API server crashed.");
    },
    pause: async (ms) => {
      const before = incarnation;
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (incarnation !== before) throw new Killed("The API server crashed while it handled the request.");
    },
  };
}
