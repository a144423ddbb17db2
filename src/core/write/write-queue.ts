import type { Clock } from "../../base/clock.ts";

/** Bounds of the queue, ms. */
export interface QueueTiming {
  /** A write waits so long for company after the last arrival. */
  readonly coalesceMs: number;
  /** … and at most so long after the first. */
  readonly coalesceMostMs: number;
  /** How long the waiters of one write may hold up the next. */
  readonly holdMs: number;
  /** How long a waiter holds up even what it waits for: most of what is pending then can go along. */
  readonly yieldMs: number;
}

/** How long an announced entry is waited for, clock ms. */
const announcedMs = 10_000;

/** Who waits for the result of a write and holds up the next one meanwhile. */
export interface Holder {
  /** Whether what it waits for cannot come without the pending entry of that owner: then it does not hold that up. */
  readonly yieldsTo?: (owner: string) => boolean;
}

export interface Queued {
  /** In words, e.g. `node group web`. */
  readonly owner: string;
  /** Goes at once: neither waits for company nor for others' results. */
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  /** Clock ms; nobody is held up beyond it. */
  readonly deadline: number;
  readonly settle: (error: unknown) => void;
}

/**
 * The queue of one cluster: entries that are pending together are handed over together, and not while the owners of the entries
 * before still wait for their result, because every write is a Helm upgrade that would interrupt theirs (design rule 2).
 */
export class WriteQueue<Entry extends Queued> {
  private pending: Entry[] = [];
  /** Owners whose entries are about to come, and since when that is known. */
  private readonly announced = new Map<string, number>();
  /** Since when each one holds. */
  private readonly holders = new Map<Holder, number>();
  private pumping = false;
  private lastArrival = 0;
  private firstArrival = 0;
  private lastRelease = 0;
  private changed = new AbortController();
  private sealed: unknown;
  private idle: Promise<void> = Promise.resolve();
  private readonly clock: Clock;
  private readonly timing: QueueTiming;
  private readonly write: (entries: readonly Entry[]) => Promise<void>;

  constructor(clock: Clock, timing: QueueTiming, write: (entries: readonly Entry[]) => Promise<void>) {
    this.clock = clock;
    this.timing = timing;
    this.write = write;
  }

  /** An entry of this owner will come at once: it shall not miss the write that others wait for already. */
  announce(owner: string): void {
    this.announced.set(owner, this.clock.now());
  }

  push(entry: Entry): void {
    this.announced.delete(entry.owner);
    if (this.sealed !== undefined) {
      entry.settle(this.sealed);
      return;
    }
    this.lastArrival = this.clock.now();
    if (this.pending.length === 0) this.firstArrival = this.lastArrival;
    this.pending.push(entry);
    entry.signal.addEventListener("abort", () => this.drop(entry), { once: true });
    this.notify();
    if (!this.pumping) this.idle = this.pump();
  }

  /** The owner of a write waits for its result: the next write waits too, until `release` or `releaseAll`. */
  hold(holder: Holder): void {
    this.holders.set(holder, this.clock.now());
  }

  release(holder: Holder): void {
    if (!this.holders.delete(holder)) return;
    // Whoever finished is often followed by another: give it the time to join.
    this.lastRelease = this.clock.now();
    this.notify();
  }

  /** The last write failed: nobody is helped by waiting. */
  releaseAll(): void {
    this.holders.clear();
    this.notify();
  }

  /** Refuses what is pending and what comes, with `reason`, and resolves when no write is under way any more. */
  async seal(reason: unknown): Promise<void> {
    this.sealed = reason;
    for (const entry of this.pending.splice(0)) entry.settle(reason);
    this.releaseAll();
    await this.idle;
  }

  /** Takes entries again. */
  unseal(): void {
    this.sealed = undefined;
  }

  private drop(entry: Entry): void {
    const index = this.pending.indexOf(entry);
    if (index < 0) return;
    this.pending.splice(index, 1);
    entry.settle(entry.signal.reason);
    this.notify();
  }

  private notify(): void {
    this.changed.abort();
    this.changed = new AbortController();
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.pending.length > 0) {
      const wait = this.waitMs();
      if (wait > 0) {
        // Anything that happens to the queue cuts the sleep short.
        await this.clock.sleep(wait, this.changed.signal).catch(() => {});
        continue;
      }
      const urgent = this.pending.filter((entry) => entry.urgent);
      const batch = this.holdUntil() > this.clock.now() && urgent.length > 0 ? urgent : [...this.pending];
      this.pending = this.pending.filter((entry) => !batch.includes(entry));
      await this.write(batch);
    }
    this.pumping = false;
  }

  private holdUntil(): number {
    const { holdMs, yieldMs } = this.timing;
    const needed = (holder: Holder) => this.pending.some(({ owner }) => holder.yieldsTo?.(owner) === true);
    return Math.max(0, ...[...this.holders].map(([holder, since]) => since + (needed(holder) ? yieldMs : holdMs)));
  }

  private waitMs(): number {
    if (this.pending.some(({ urgent }) => urgent)) return 0;
    const now = this.clock.now();
    const held = Math.min(this.holdUntil(), ...this.pending.map(({ deadline }) => deadline)) - now;
    if (held > 0) return held;
    const { coalesceMs, coalesceMostMs } = this.timing;
    const quietSince = Math.max(this.lastArrival, this.lastRelease);
    const busySince = Math.max(this.firstArrival, this.lastRelease);
    const awaited = [...this.announced.values()].map((since) => since + announcedMs);
    const company = Math.min(Math.max(...awaited), busySince + announcedMs);
    return Math.max(company, Math.min(quietSince + coalesceMs, busySince + coalesceMostMs)) - now;
  }
}
