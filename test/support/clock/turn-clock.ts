import type { Clock } from "../../../src/base/clock.ts";
import { type Sleeper, sleepUntil } from "./sleepers.ts";

/** What one turn of a timer takes at most while a campaign runs on an idle machine. */
const usualTurnMs = 8;

/**
 * Time as this process gets on with its work: at each turn of the event loop it goes on by what has passed, and never by more than a turn
 * usually takes. On a machine with other work the platform, the provider and their deadlines all become slower together.
 */
export function turnClock(): Clock {
  const sleepers = new Set<Sleeper>();
  let now = Date.now();
  let last = performance.now();
  let turning: NodeJS.Timeout | undefined;
  const turn = () => {
    const moment = performance.now();
    now += Math.min(moment - last, usualTurnMs);
    last = moment;
    for (const sleeper of [...sleepers].sort((a, b) => a.due - b.due)) {
      if (sleeper.due > now) break;
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    if (sleepers.size > 0) return;
    clearInterval(turning);
    turning = undefined;
  };
  const start = () => {
    if (turning !== undefined) return;
    last = performance.now();
    turning = setInterval(turn, 1);
  };
  return {
    now: () => Math.floor(now),
    sleep: (ms, signal) => {
      const sleeping = sleepUntil(sleepers, now + ms, signal);
      if (sleepers.size > 0) start();
      return sleeping;
    },
  };
}
