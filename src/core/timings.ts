/** Delays of the library, clock ms. */
export interface Timings {
  /** How long a write waits for other writes to combine with. */
  readonly coalesceMs: number;
  /** The same where no owner waits for the result: the next write is not delayed by such a write. */
  readonly coalesceUnheldMs: number;
  /** How long the waiters of one write may delay the next. */
  readonly holdMs: number;
  /** How long a waiter delays a write that its own result depends on. */
  readonly yieldMs: number;
  /** How long an old failure may persist after a write before a neutral change clears it. */
  readonly forceReconcileAfterMs: number;
  /** How long a response is shared with later readers. */
  readonly readCacheMs: number;
  /** The same until the first converge or remove. Longer than `readCacheMs` only for a process that reads everything once and exits. */
  readonly lookMs: number;
  /** How long a success must persist that may belong to the release before a write. */
  readonly quietMs: number;
  /** How long an unchanged success must persist after a write, which Flux may never have observed because the values were reverted. */
  readonly unmovedMs: number;
  /** How long a running tenant cluster may be unreachable before that is accepted, with a warning. */
  readonly reachMs: number;
  /**
   * Delay between a write and its read-back: from 1.5 on, the servers overwrite it with another writer's older object for up to 600 ms
   * (platform.md §1.5, §7).
   */
  readonly readBackMs: number;
  /** How long the monitors may outlive a deleted object before its machines count as orphaned. */
  readonly orphanMs: number;
}

export const defaultTimings: Timings = {
  coalesceMs: 100,
  coalesceUnheldMs: 25,
  holdMs: 600_000,
  yieldMs: 10_000,
  forceReconcileAfterMs: 15_000,
  readCacheMs: 2_000,
  lookMs: 2_000,
  quietMs: 10_000,
  unmovedMs: 120_000,
  reachMs: 30_000,
  readBackMs: 1_000,
  orphanMs: 120_000,
};
