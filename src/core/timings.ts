/** Delays of the library, clock ms. */
export interface Timings {
  /** How long a write waits for company. */
  readonly coalesceMs: number;
  /** How long the waiters of one write may hold up the next. */
  readonly holdMs: number;
  /** How long a waiter holds up even the write that it waits for itself. */
  readonly yieldMs: number;
  /** How long an old failure may stand after a write before one neutral change clears it. */
  readonly forceReconcileAfterMs: number;
  /** How long a read serves other readers. */
  readonly readCacheMs: number;
  /** The same until the first converge or remove. Longer than `readCacheMs` only for a process that reads everything once and then ends. */
  readonly lookMs: number;
  /** How long a success must stand that may belong to the release before a write. */
  readonly quietMs: number;
  /** How long a success that never moved must stand after a write: the values were put back before Flux looked. */
  readonly unmovedMs: number;
  /** How long a tenant cluster that runs may be out of this machine's reach before that is accepted, with a warning. */
  readonly reachMs: number;
  /**
   * After a write, until it is read back: the servers from 1.5 on repeat another writer's older object over it for up to 600 ms
   * (platform.md §1.5, §7).
   */
  readonly readBackMs: number;
  /** How long the monitors may outlive a deleted object before what it ran counts as orphaned. */
  readonly orphanMs: number;
}

export const defaultTimings: Timings = {
  coalesceMs: 100,
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
