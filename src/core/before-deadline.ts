import type { Clock } from "../base/clock.ts";
import { isAbort } from "./core-error.ts";
import { abortable } from "./reader.ts";

/**
 * What `work` answers, or undefined where `deadline` (clock ms) passes first: an API that does not answer must not be waited for for
 * ever. The signal of `work` aborts at either; where it is the caller's own, its reason is thrown.
 */
export async function beforeDeadline<T>(
  clock: Clock,
  deadline: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  /** Called at the deadline, before anything under way is broken off: what keeps it from succeeding can still be asked. */
  atDeadline: () => void = () => {},
): Promise<T | undefined> {
  const timer = new AbortController();
  const late = new AbortController();
  clock.sleep(Math.max(0, deadline - clock.now()), timer.signal).then(
    () => {
      atDeadline();
      late.abort();
    },
    () => {},
  );
  const either = AbortSignal.any([signal, late.signal]);
  try {
    return await abortable(work(either), either);
  } catch (error) {
    if (late.signal.aborted && !signal.aborted && isAbort(error, late.signal)) return undefined;
    throw error;
  } finally {
    timer.abort();
  }
}
