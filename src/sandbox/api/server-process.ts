/** The process of the aggregated API server: it can be away, and it can die under the requests it carries out. */
export interface ServerProcess {
  isDown(): boolean;
  /** Away for so many real milliseconds; requests under way still end. */
  restart(downMs: number): void;
  /** Dies: whatever is being written comes to nothing. Returns the error for the request that did it. */
  kill(downMs: number): Killed;
  /** Real milliseconds. @throws Killed when the process died meanwhile. */
  pause(ms: number): Promise<void>;
}

/** The server died while it carried the request out. */
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
      return new Killed("The API server died.");
    },
    pause: async (ms) => {
      const before = incarnation;
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (incarnation !== before) throw new Killed("The API server died under the request.");
    },
  };
}
