import { abortable, endSleep } from "./abort.ts";
import type { Clock } from "./clock.ts";

/**
 * Returns the result of `work`, or undefined if `deadline` (clock ms) passes first. The signal passed to `work` aborts at the deadline
 * and when `signal` aborts; in the latter case its reason is thrown.
 */
export async function beforeDeadline<T>(
  clock: Clock,
  deadline: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  /** Called at the deadline, before the work is aborted, while the state of pending requests can still be read. */
  atDeadline: () => void = () => {},
): Promise<T | undefined> {
  const timer = new AbortController();
  const late = new AbortController();
  // Registered before the work starts, so that at the deadline it settles before the failures caused by the abort.
  const expired = new Promise<undefined>((resolve) => {
    late.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  clock.sleep(Math.max(0, deadline - clock.now()), timer.signal).then(
    () => {
      atDeadline();
      late.abort();
    },
    () => {},
  );
  try {
    const running = abortable(work(AbortSignal.any([signal, late.signal])), signal);
    running.catch(() => {});
    return await Promise.race([expired, running]);
  } finally {
    endSleep(timer);
  }
}
