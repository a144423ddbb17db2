/** A sleep by a clock that a test moves: until `due`, or until the signal aborts. */
export interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Adds a sleeper until it wakes. Rejects with the signal's reason the moment it aborts, as `Clock.sleep` does. */
export const sleepUntil = (sleepers: Set<Sleeper>, due: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      sleepers.delete(sleeper);
      reject(signal?.reason);
    };
    const sleeper: Sleeper = {
      due,
      wake: () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
    };
    sleepers.add(sleeper);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
