/** The passage of time as a parameter, so that every wait can be scripted in a test. */
export interface Clock {
  /** Milliseconds since the epoch; never less than before, whatever is done to the machine's clock. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason the moment it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longest sleep that a timer can hold; a longer one would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Real time that only moves forwards: a clock set back in the middle of a wait must not stretch it. */
export const systemClock: Clock = {
  now: () => Math.floor(performance.timeOrigin + performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const sleepFor = (left: number) =>
        setTimeout(
          () => {
            if (left > longestTimerMs) {
              timer = sleepFor(left - longestTimerMs);
              return;
            }
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
          Math.min(left, longestTimerMs),
        );
      let timer = sleepFor(ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** A clock whose seconds are `speed` times shorter: waits of the sandbox and of tests, same logic, less time. */
export function fastClock(speed: number, base: Clock = systemClock): Clock {
  const start = base.now();
  return {
    now: () => start + (base.now() - start) * speed,
    sleep: (ms, signal) => base.sleep(ms / speed, signal),
  };
}
