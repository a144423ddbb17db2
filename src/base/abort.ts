/** The result of the promise, or the signal's reason as soon as it aborts. The work behind the promise goes on for its other callers. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  // A failure after the abort has no listener.
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
