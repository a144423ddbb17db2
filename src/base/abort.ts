/** The reason of a sleep that was ended early. */
const ended = new Error("the sleep was ended");

/** Ends a sleep early, whose caller ignores the reason. `abort()` without a reason would make an error with a stack trace each time. */
export const endSleep = (sleep: AbortController): void => sleep.abort(ended);

/** Resolves with the promise's result; rejects with the signal's reason as soon as it aborts. The work continues for other callers. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // Prevents an unhandled rejection if the promise fails after the abort.
  promise.catch(() => {});
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}
