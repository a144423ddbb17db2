/** Source of time, injectable so that tests control every wait. */
export interface Clock {
  /** Milliseconds since the epoch; never decreases, even if the machine's clock is set back. */
  now(): number;
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Maximum delay of a Node timer; a longer one fires immediately. */
const longestTimerMs = 2 ** 31 - 1;

/** Monotonic system time: setting the machine's clock back does not lengthen a wait. */
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
