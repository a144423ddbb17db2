import type { Clock } from "../../base/clock.ts";
import { beforeDeadline } from "../../base/deadline.ts";
import type { Log } from "../../base/log.ts";
import { Backoff } from "../../base/retry.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError, isTransient, rethrowBug } from "../core-error.ts";
import { type Change, effective } from "../desired/patch.ts";
import type { ObjectRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { ownerLabel } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Reader } from "../read/reader.ts";
import { type Baseline, baselineOf, unwritten } from "./baseline.ts";
import { deleting, lost, replaced } from "./edit.ts";
import type { Finalizers } from "./finalizers.ts";
import type { FreshReads } from "./fresh-reads.ts";
import { type Beginning, onlySignal, type PendingWrite, rejectIfExpired, resolveAccepted } from "./pending-write.ts";
import { RefusedWrites } from "./refused-writes.ts";
import { type SendOptions, sendPatch } from "./send-patch.ts";
import type { Holder } from "./write-queue.ts";

/** Changes that are written together with those of the owners. */
interface Amendment {
  readonly changes: readonly Change[];
  /** Whether the patch may store defaults for the first time, which starts a Helm upgrade by itself (platform.md §1.4). */
  readonly storesDefaults: boolean;
}

/** Returns the changes that the kind of the object requires in every write. May send reads. */
export type Amend = (
  ref: ObjectRef,
  live: AppObject,
  changes: readonly Change[],
  platform: Platform,
  signal: AbortSignal,
) => Promise<Amendment>;

/** Dependencies shared by all attempts of one writer. */
export interface AttemptOptions extends SendOptions {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly log: Log;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  readonly amend: Amend;
  /** Delay until another writer's hidden overwrite becomes visible, clock ms. */
  readonly readBackMs: number;
}

/** State of one writer beyond a single attempt. */
interface WriterMemory {
  readonly fresh: FreshReads;
  readonly finalizers: Finalizers;
  /** Returns the next number of a write whose result is awaited. */
  readonly number: () => number;
  /** Delays the next write of the object. */
  readonly hold: (holder: Holder) => void;
}

const limits = {
  /** How often another writer may revert a write before it counts as lost. */
  undone: 10,
  backoff: { firstMs: 100, mostMs: 5_000 },
} as const;

/** An object as read for a write, and its changes. */
interface Draft {
  readonly before: AppObject;
  readonly changes: readonly Change[];
  readonly amendment: Amendment;
}

const never = new AbortController().signal;

/**
 * One write of an object for all owners with pending changes, repeated until it is read back unchanged. Each round reads the object,
 * builds and sends the changes, and reads again; after a request with an unknown outcome, the object is read before the request is
 * repeated.
 */
export class WriteAttempt {
  /** The writes that are neither resolved nor rejected. */
  open: readonly PendingWrite[];
  private readonly options: AttemptOptions;
  private readonly memory: WriterMemory;
  private readonly ref: ObjectRef;
  private readonly platform: Platform;
  private readonly refused = new RefusedWrites();
  private readonly backoff: Backoff;
  private beginning: Beginning | undefined;
  private lastError: string | undefined;
  private undone = 0;

  constructor(
    options: AttemptOptions,
    memory: WriterMemory,
    ref: ObjectRef,
    platform: Platform,
    pending: readonly PendingWrite[],
  ) {
    this.options = options;
    this.memory = memory;
    this.ref = ref;
    this.platform = platform;
    this.open = pending;
    this.backoff = new Backoff(options.clock, options.random, limits.backoff);
  }

  /** Throws CoreError if no write in `open` can succeed. */
  async run(): Promise<void> {
    for (;;) {
      this.dropExpired();
      if (this.open.length === 0) return;
      const draft = await this.draft();
      if (draft === undefined) continue;
      if (this.open.length === 0) return;
      if (draft.changes.length === 0) {
        this.resolveAll(draft.before);
        return;
      }
      this.countUndone();
      await this.send(draft);
    }
  }

  private dropExpired(): void {
    const now = this.options.clock.now();
    this.open = this.open.filter((pending) => {
      const isLate = !pending.signal.aborted && now >= pending.deadline;
      if (isLate && this.resolveAccepted(pending, this.lastError)) return false;
      return !rejectIfExpired(pending, now, this.lastError);
    });
  }

  private resolveAccepted(pending: PendingWrite, lastError: string | undefined): boolean {
    return resolveAccepted(pending, lastError, this.beginning, this.memory.number);
  }

  /** Returns the next round's draft; undefined if the object could not be read. */
  private async draft(): Promise<Draft | undefined> {
    const { clock, client } = this.options;
    const deadlines = this.open.map(({ deadline }) => deadline);
    try {
      return await beforeDeadline(
        clock,
        Math.min(...deadlines),
        never,
        (signal) => this.read(signal),
        () => {
          this.lastError ??= client.failing()?.message ?? "the platform's API does not answer";
        },
      );
    } catch (error) {
      rethrowBug(error);
      if (!isTransient(error) || !this.backoff.fitsBefore(Math.max(...deadlines))) {
        // The API has accepted these writes; the waits of their owners show whether they persist.
        this.open = this.open.filter((pending) => !this.resolveAccepted(pending, messageOf(error)));
        if (this.open.length === 0) return undefined;
        throw CoreError.from(error, `reading ${this.ref.name}`);
      }
      this.lastError = messageOf(error);
      await this.backoff.pause();
      return undefined;
    }
  }

  /** Reads the object and builds all changes. Rejects the writes whose edit rejects the object. */
  private async read(signal: AbortSignal): Promise<Draft> {
    const before = await this.memory.fresh.read(this.ref);
    const wanted: Change[] = [];
    const open: PendingWrite[] = [];
    for (const pending of this.open) {
      try {
        wanted.push(...changesOf(pending, before, this.platform));
        open.push(pending);
      } catch (error) {
        pending.reject(error);
      }
    }
    this.open = open;
    const changes = effective(before.json, wanted);
    const amendment =
      changes.length === 0
        ? { changes: [], storesDefaults: false }
        : await this.options.amend(this.ref, before, changes, this.platform, signal);
    return { before, changes, amendment };
  }

  /** Resolves the open writes: all changes are in place. */
  private resolveAll(live: AppObject): void {
    const { clock, reader } = this.options;
    reader.seen(this.ref, live);
    const first = this.beginning;
    const wrote = first !== undefined && this.open.some(({ sent }) => sent);
    const written = {
      before: first?.before ?? live,
      after: live,
      wrote,
      baseline: wrote ? first.baseline : unwritten(live, clock.now()),
      write: wrote ? this.memory.number() : 0,
    };
    for (const pending of this.open) {
      if (wrote && pending.holder !== undefined) this.memory.hold(pending.holder);
      // The answer of a write that is in place may have been lost.
      if (pending.answer === undefined) pending.accepted?.(live);
      pending.resolve(written);
    }
    this.open = [];
  }

  /** Counts a change that was already sent by all open writes and reverted by another writer. Throws CoreError Lost. */
  private countUndone(): void {
    if (this.beginning === undefined || !this.open.every(({ sent }) => sent)) return;
    if (++this.undone > limits.undone) throw lost(this.ref.name, limits.undone);
  }

  private async send(draft: Draft): Promise<void> {
    const { before, changes, amendment } = draft;
    const { clock, log, reader, readBackMs } = this.options;
    const { finalizers } = this.memory;
    const baseline = this.baselineOf(draft);
    this.beginning ??= { before, baseline };
    const deadline = Math.max(...this.open.map((pending) => pending.deadline));
    try {
      const attempts = finalizers.attemptsAfter(this.ref.path, before);
      const all = [...changes, ...amendment.changes];
      const after = await sendPatch(
        this.options,
        this.ref,
        before,
        all,
        this.platform,
        attempts,
        this.refused.isBusy,
        onlySignal(this.open),
      );
      this.beginning.baseline = baseline;
      finalizers.wrote(this.ref.path, before, after, attempts);
      this.accept(after);
      const owners = this.open.map(({ edit }) => ownerLabel(edit.owner)).join(", ");
      log("debug", "written", { object: this.ref.name, owners, changes: changes.length });
      this.backoff.reset();
      this.refused.accepted();
      if (this.platform.hidesConflicts) await clock.sleep(readBackMs);
    } catch (error) {
      this.lastError = messageOf(error);
      const isAmbiguous = error instanceof KubeError && error.ambiguous;
      if (!(error instanceof KubeError) || isAmbiguous) finalizers.unsure(this.ref.path);
      if (!this.refused.mayRepeat(error, before.resourceVersion, this.backoff.fitsBefore(deadline)))
        throw CoreError.from(error, `writing to ${this.ref.name}`);
      if (isAmbiguous) for (const pending of this.open) pending.sent = true;
      log("debug", "a write failed; reading the object again", { object: this.ref.name, why: this.lastError });
      await this.backoff.pause();
    } finally {
      reader.forget(this.ref);
    }
  }

  private baselineOf({ before, changes, amendment }: Draft): Baseline {
    const now = this.options.clock.now();
    if (changes.some(({ path }) => path[0] === "spec")) return baselineOf(before, now, "spec");
    return amendment.storesDefaults ? baselineOf(before, now, "metadata") : unwritten(before, now);
  }

  private accept(after: AppObject): void {
    this.memory.fresh.wrote(this.ref, after);
    for (const pending of this.open) {
      pending.sent = true;
      pending.answer = after;
      pending.accepted?.(after);
    }
  }
}

/** Throws CoreError if the edit must not change the object. */
function changesOf({ edit, sent }: PendingWrite, before: AppObject, platform: Platform): readonly Change[] {
  if (edit.expectUid !== undefined && edit.expectUid !== before.uid) throw replaced(before);
  if (before.deletedAt !== undefined) throw deleting(before);
  return edit.build(before, platform, !sent);
}

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? error.message : undefined);
