import type { KubeRequest } from "../kube-client.ts";
import { isTransientCode, type KubeError, type KubeErrorCode } from "../kube-error.ts";

/** Which requests are retried, and with which delays. */
export const RETRY_POLICY = {
  /** Retrying these methods is harmless, whatever the first attempt did. */
  repeatableMethods: ["GET", "DELETE"],
  /** For a write, only failures that prove that the server did nothing. */
  harmlessCodes: ["TooManyRequests", "Network"],
  firstDelayMs: 200,
  factor: 2,
  longestDelayMs: 10_000,
  /** Upper limit of the wait that a server may request in `Retry-After`. */
  longestRetryAfterMs: 60_000,
} as const satisfies {
  readonly repeatableMethods: readonly KubeRequest["method"][];
  readonly harmlessCodes: readonly KubeErrorCode[];
  readonly [limit: string]: unknown;
};

/** Whether the request may be retried after this failure. */
export function mayRepeat(method: KubeRequest["method"], error: KubeError): boolean {
  // A web page with a 4xx status indicates a wrong address; a retry does not help.
  if (error.code === "Malformed" && error.status !== undefined && error.status >= 400) return false;
  if ((RETRY_POLICY.repeatableMethods as readonly string[]).includes(method)) return isTransientCode(error.code);
  return (RETRY_POLICY.harmlessCodes as readonly KubeErrorCode[]).includes(error.code) && !error.ambiguous;
}

/**
 * Returns the milliseconds to wait after the `failures`-th consecutive failure (from 1): the back-off or the server's `Retry-After`,
 * whichever is longer. The back-off is jittered between half and whole, so that clients that failed together do not retry together.
 */
export function delayBefore(failures: number, retryAfterMs: number | undefined, random: () => number): number {
  const { firstDelayMs, factor, longestDelayMs, longestRetryAfterMs } = RETRY_POLICY;
  const whole = Math.min(longestDelayMs, firstDelayMs * factor ** (failures - 1));
  const backOff = whole / 2 + (whole / 2) * random();
  return Math.max(backOff, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}

/** Returns `Retry-After` in milliseconds, from seconds or an HTTP date; undefined if absent or invalid. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
