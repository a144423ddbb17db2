import type { Clock } from "../../../src/base/clock.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { type Sleeper, sleepUntil } from "./sleepers.ts";

/**
 * A clock that stands while a request is on its way and leaps to the next sleeper's end when nothing else happens: minutes of the
 * platform and of the provider pass in their true order, however fast the machine is.
 */
export interface IdleClock extends Clock {
  /** The client, with its requests watched. */
  tracking(client: KubeClient): KubeClient;
  /** Whatever the work waits for, the clock stands. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The same clock for those who sleep in the middle of such work: meanwhile it moves. */
  readonly within: Clock;
  /** Sleeps again and again until the condition holds. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  stop(): void;
}

/** So many turns of the event loop without a request count as nothing going on. */
const idleTurns = 4;

export function idleClock(start = Date.now()): IdleClock {
  let now = start;
  let requests = 0;
  let isRunning = true;
  const sleepers = new Set<Sleeper>();
  const run = async (): Promise<void> => {
    let idle = 0;
    while (isRunning) {
      const isBusy = requests > 0 || sleepers.size === 0;
      await new Promise<void>((turn) => (isBusy ? setTimeout(turn, 1) : setImmediate(turn)));
      idle = isBusy ? 0 : idle + 1;
      if (idle < idleTurns) continue;
      idle = 0;
      const first = [...sleepers].reduce<Sleeper | undefined>(
        (a, b) => (a !== undefined && a.due <= b.due ? a : b),
        undefined,
      );
      if (first === undefined) continue;
      sleepers.delete(first);
      now = Math.max(now, first.due);
      first.wake();
    }
  };
  void run();
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    requests++;
    try {
      return await work();
    } finally {
      requests--;
    }
  };
  const clock: Clock = {
    now: () => Math.floor(now),
    sleep: (ms, signal) => sleepUntil(sleepers, now + ms, signal),
  };
  return {
    ...clock,
    tracking: (client) => ({ ...client, request: (request) => during(() => client.request(request)) }),
    during,
    within: {
      now: clock.now,
      sleep: async (ms, signal) => {
        requests--;
        try {
          await clock.sleep(ms, signal);
        } finally {
          requests++;
        }
      },
    },
    until: async (holds) => {
      while (!(await holds())) await clock.sleep(10);
    },
    stop: () => {
      isRunning = false;
    },
  };
}
