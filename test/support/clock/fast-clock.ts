import { type Clock, systemClock } from "../../../src/base/clock.ts";

/** A clock that runs `speed` times faster. */
export function fastClock(speed: number, base: Clock = systemClock): Clock {
  const start = base.now();
  return {
    now: () => start + (base.now() - start) * speed,
    sleep: (ms, signal) => base.sleep(ms / speed, signal),
  };
}
