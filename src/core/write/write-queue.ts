import { endSleep } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { type Owner, ownerLabel } from "../owner.ts";
import type { Edit } from "./edit.ts";

/** Limits of the queue, ms. */
export interface QueueTiming {
  /** How long a write waits for others after the last arrival. */
  readonly coalesceMs: number;
  /** The same where no pending write has a holder: none of them will delay the next one. */
  readonly coalesceUnheldMs: number;
  /** How long a write waits for others after the first arrival. */
  readonly coalesceMostMs: number;
  /** How long the waiters of one write may delay the next. */
  readonly holdMs: number;
  /** How long a waiter delays a write that its own result depends on; most pending writes are included by then. */
  readonly yieldMs: number;
}

/** How long an announced write is awaited, clock ms. */
const announcedMs = 10_000;

/** A waiter for the result of a write, which delays the next write. */
export interface Holder {
  /** Whether its result depends on the pending write of another owner, which is then delayed less. */
  readonly yieldsTo?: (owner: Owner) => boolean;
}

export interface Queued {
  readonly edit: Pick<Edit, "owner" | "purpose">;
  /** Written immediately, without waiting for other writes or their results. */
  readonly urgent: boolean;
  readonly signal: AbortSignal;
  /** Its owner, who waits for the result and delays the next write meanwhile; undefined if only the acceptance is awaited. */
  readonly holder: Holder | undefined;
  /** Clock ms; no write is delayed beyond it. */
  readonly deadline: number;
  readonly reject: (error: unknown) => void;
}

/**
 * The queue of one object. Pending writes are combined, and delayed while the owners of earlier ones wait for their results: every
 * write is a Helm upgrade that would interrupt the current one (design rule 2).
 */
export class WriteQueue<Entry extends Queued> {
  private pending: Entry[] = [];
  /** Announcement times of owners that will write soon, by label, clock ms. */
  private readonly announced = new Map<string, number>();
  /** Start of each holder's wait, clock ms. */
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

  /** Announces a write of an owner, so that pending writes wait briefly for it. */
  announce(owner: Owner): void {
    this.announced.set(ownerLabel(owner), this.clock.now());
  }

  push(entry: Entry): void {
    if (entry.edit.purpose === "apply") this.announced.delete(ownerLabel(entry.edit.owner));
    if (this.sealed !== undefined) {
      entry.reject(this.sealed);
      return;
    }
    this.lastArrival = this.clock.now();
    if (this.pending.length === 0) this.firstArrival = this.lastArrival;
    this.pending.push(entry);
    entry.signal.addEventListener("abort", () => this.drop(entry), { once: true });
    this.notify();
    if (!this.pumping) this.idle = this.pump();
  }

  /** Delays the next write until `release` or `releaseAll`. */
  hold(holder: Holder): void {
    this.holders.set(holder, this.clock.now());
  }

  release(holder: Holder): void {
    if (!this.holders.delete(holder)) return;
    // Another owner often finishes shortly afterwards, and its next write can be combined.
    this.lastRelease = this.clock.now();
    this.notify();
  }

  /** Releases all holders after a failed write. */
  releaseAll(): void {
    this.holders.clear();
    this.notify();
  }

  /** Rejects pending and later writes with `reason`; resolves when no write is in progress. */
  async seal(reason: unknown): Promise<void> {
    this.sealed = reason;
    for (const entry of this.pending.splice(0)) entry.reject(reason);
    this.releaseAll();
    await this.idle;
  }

  /** Accepts writes again. */
  unseal(): void {
    this.sealed = undefined;
  }

  private drop(entry: Entry): void {
    const index = this.pending.indexOf(entry);
    if (index < 0) return;
    this.pending.splice(index, 1);
    entry.reject(entry.signal.reason);
    this.notify();
  }

  private notify(): void {
    endSleep(this.changed);
    this.changed = new AbortController();
  }

  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.pending.length > 0) {
      const wait = this.waitMs();
      if (wait > 0) {
        // Every change of the queue interrupts the sleep.
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
    const needed = (holder: Holder) =>
      this.pending.some(({ edit }) => edit.purpose === "apply" && holder.yieldsTo?.(edit.owner) === true);
    return Math.max(0, ...[...this.holders].map(([holder, since]) => since + (needed(holder) ? yieldMs : holdMs)));
  }

  private waitMs(): number {
    if (this.pending.some(({ urgent }) => urgent)) return 0;
    const now = this.clock.now();
    const held = Math.min(this.holdUntil(), ...this.pending.map(({ deadline }) => deadline)) - now;
    if (held > 0) return held;
    const { coalesceMs, coalesceUnheldMs, coalesceMostMs } = this.timing;
    const coalesce = this.pending.some(({ holder }) => holder !== undefined) ? coalesceMs : coalesceUnheldMs;
    const quietSince = Math.max(this.lastArrival, this.lastRelease);
    const busySince = Math.max(this.firstArrival, this.lastRelease);
    const awaited = [...this.announced.values()].map((since) => since + announcedMs);
    const company = Math.min(Math.max(...awaited), busySince + announcedMs);
    return Math.max(company, Math.min(quietSince + coalesce, busySince + coalesceMostMs)) - now;
  }
}
