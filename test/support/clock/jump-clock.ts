import { type Clock, systemClock } from "../../../src/base/clock.ts";

/** Time that a test puts forward: whatever was due by then ends at once, and no test has to wait for a deadline. */
export interface JumpClock extends Clock {
  jump(ms: number): void;
}

export function jumpClock(base: Clock = systemClock): JumpClock {
  let offset = 0;
  const sleepers = new Set<AbortController>();
  const now = () => base.now() + offset;
  return {
    now,
    jump: (ms) => {
      offset += ms;
      for (const sleeper of sleepers) sleeper.abort();
    },
    sleep: async (ms, signal) => {
      for (const due = now() + ms; now() < due; ) {
        const sleeper = new AbortController();
        sleepers.add(sleeper);
        const either = signal === undefined ? sleeper.signal : AbortSignal.any([signal, sleeper.signal]);
        await base.sleep(due - now(), either).catch((reason: unknown) => {
          if (signal?.aborted) throw reason;
        });
        sleepers.delete(sleeper);
      }
      signal?.throwIfAborted();
    },
  };
}
