import { endSleep } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";

/** Time of the simulated controllers: every wait is `speed` times shorter, and `stop` ends all of them. */
export interface Scheduler {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  now(): number;
  /** The moment of that clock `ms` lifecycle milliseconds from now. */
  due(ms: number): number;
  /** Calls `task` after `ms` lifecycle milliseconds, unless everything has stopped by then. */
  after(ms: number, task: () => void): () => void;
  /** Calls `task` at a moment of that clock. */
  at(moment: number, task: () => void): () => void;
  /** Resolves after `ms` lifecycle milliseconds; rejects when everything stops. */
  sleep(ms: number): Promise<void>;
  stop(): void;
}

export class Stopped extends Error {
  override readonly name = "Stopped";
}

export function createScheduler(speed: number, clock: Clock): Scheduler {
  const running = new Map<AbortController, (() => void) | undefined>();
  let stopped = false;
  const start = (ms: number, task: () => void, onStop?: () => void): (() => void) => {
    if (stopped) {
      onStop?.();
      return () => {};
    }
    const timer = new AbortController();
    running.set(timer, onStop);
    clock.sleep(Math.max(0, ms), timer.signal).then(
      () => {
        if (running.delete(timer)) task();
      },
      () => {},
    );
    return () => {
      running.delete(timer);
      endSleep(timer);
    };
  };
  return {
    now: () => clock.now(),
    due: (ms) => clock.now() + ms / speed,
    after: (ms, task) => start(ms / speed, task),
    at: (moment, task) => start(moment - clock.now(), task),
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        start(ms / speed, resolve, () => reject(new Stopped("The sandbox has stopped.")));
      }),
    stop: () => {
      stopped = true;
      for (const [timer, onStop] of running) {
        endSleep(timer);
        onStop?.();
      }
      running.clear();
    },
  };
}
