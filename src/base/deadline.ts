import { abortable } from "./abort.ts";
import type { Clock } from "./clock.ts";

/**
 * The result of `work`, or undefined where `deadline` (clock ms) passes first. The signal given to `work` aborts at the deadline and
 * with `signal`; where `signal` aborts, its reason is thrown.
 */
export async function beforeDeadline<T>(
  clock: Clock,
  deadline: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  /** Called at the deadline, before the work is aborted: the state of pending requests can still be read. */
  atDeadline: () => void = () => {},
): Promise<T | undefined> {
  const timer = new AbortController();
  const late = new AbortController();
  // Listens before the work does, so that at the deadline this result comes before the failures that the abort causes.
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
    timer.abort();
  }
}
