import { abortable } from "../../base/abort.ts";
import { beforeDeadline } from "../../base/deadline.ts";
import type { Log } from "../../base/log.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { absentDefaultGroup } from "../cluster/absent-default-group.ts";
import { CoreError, isTransient, rethrowBug } from "../core-error.ts";
import { defaultGroupName } from "../ids.ts";
import { creationAnnotation, defaultGroupAnnotation, managedByLabel } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Platform } from "../platform/platform.ts";
import type { Reader } from "../read/reader.ts";
import { type Baseline, baselineOf } from "../rollout/release.ts";
import { type Change, effective } from "../spec/patch.ts";
import { deleting, type Edit, lost, replaced, type Target, type Written } from "./edit.ts";
import { Finalizers } from "./finalizers.ts";
import { FreshReads } from "./fresh-reads.ts";
import { RefusedWrites } from "./refused-writes.ts";
import { type SendOptions, sendPatch, touchesSpec } from "./send-patch.ts";
import { answerTaken, type Beginning, type Entry, isWanted, onlySignal } from "./write-entry.ts";
import { type Holder, type QueueTiming, WriteQueue } from "./write-queue.ts";

export interface WriterOptions extends SendOptions {
  readonly reader: Reader;
  readonly log: Log;
  readonly random: () => number;
  readonly served: (signal: AbortSignal) => Promise<Platform>;
  readonly timing: QueueTiming;
  /** Until another writer's hidden overwrite would show, clock ms. */
  readonly readBackMs: number;
}

/** Bounds of one write. */
const limits = {
  /** Times another writer may undo a write before it counts as lost. */
  undone: 10,
  firstBackoffMs: 100,
  mostBackoffMs: 5_000,
} as const;

/** An object as read for a write, and what is to change in it for whom. */
interface Wanted {
  readonly before: AppObject;
  readonly open: Entry[];
  readonly changes: readonly Change[];
}

/**
 * The one writer of each object in this process. Every write is a JSON Patch made from a fresh read: `test` on uid and own keys,
 * then the own keys; what may have failed is looked at before it is sent again.
 */
export class Writer {
  private readonly options: WriterOptions;
  private readonly queues = new Map<string, WriteQueue<Entry>>();
  private readonly fresh: FreshReads;
  readonly finalizers = new Finalizers();
  private writes = 0;

  constructor(options: WriterOptions) {
    this.options = options;
    this.fresh = new FreshReads(options.reader, options.clock);
  }

  /**
   * Makes the edit hold, together with whatever is pending for the same object. Throws CoreError: NotFound, Deleting, Replaced,
   * Conflict, Lost, Refused, Denied, Unreachable, Timeout, Stopped, and what `build` throws.
   */
  async submit(
    target: Target,
    edit: Edit,
    options: {
      readonly signal: AbortSignal;
      readonly deadline: number;
      readonly urgent?: boolean;
      /** Told of the object as soon as the API has accepted the write, and again if that had to be repeated; or found nothing to write. */
      readonly accepted?: (object: AppObject) => void;
      /** Waits for the result of the write: the next one is held up until `queue(target).release(holder)`. */
      readonly holder?: Holder;
    },
  ): Promise<Written> {
    const { signal, deadline } = options;
    signal.throwIfAborted();
    const result = new Promise<Written>((resolve, reject) => {
      this.queue(target).push({
        owner: edit.owner,
        edit,
        target,
        deadline,
        signal,
        urgent: options.urgent ?? false,
        holder: options.holder,
        accepted: options.accepted,
        sent: false,
        taken: undefined,
        resolve,
        settle: reject,
      });
    });
    result.catch(() => {});
    // A stop does not wait for what is under way: whatever comes of it is recognised by the next run.
    return await abortable(result, signal);
  }

  /** The owner's edit of the object will be submitted at once. */
  announce(target: Target, owner: string): void {
    this.queue(target).announce(owner);
  }

  queue(target: Target): WriteQueue<Entry> {
    let queue = this.queues.get(target.path);
    if (queue === undefined) {
      const { clock, timing } = this.options;
      queue = new WriteQueue<Entry>(clock, timing, (entries) => this.writeAll(target, entries));
      this.queues.set(target.path, queue);
    }
    return queue;
  }

  /** Remembers an object that was created by other means. */
  created(target: Target, object: AppObject): void {
    this.finalizers.created(target.path, object);
    this.fresh.wrote(target, object);
    this.options.reader.forget();
    this.options.reader.expect(target.path);
  }

  private async writeAll(target: Target, entries: readonly Entry[]): Promise<void> {
    let left = [...entries];
    try {
      left = await this.attempt(target, left);
    } catch (error) {
      if (left.length > 1 && error instanceof CoreError && error.code === "Refused") {
        // One bad edit must not take the others with it.
        for (const entry of left) await this.writeAll(target, [entry]);
        return;
      }
      for (const entry of left) entry.settle(error);
    }
  }

  /** One write until it holds. Settles every entry it can and answers those it could not before it threw. */
  private async attempt(target: Target, entries: Entry[]): Promise<Entry[]> {
    const { clock, log } = this.options;
    const platform = await this.options.served(new AbortController().signal);
    const number = () => ++this.writes;
    let open = entries;
    const refused = new RefusedWrites();
    let undone = 0;
    let backoff: number = limits.firstBackoffMs;
    let trouble: string | undefined;
    let first: Beginning | undefined;
    for (;;) {
      open = open.filter((entry) => isWanted(entry, clock.now(), trouble, first, number));
      if (open.length === 0) return [];
      const deadlines = open.map((entry) => entry.deadline);
      const deadline = Math.max(...deadlines);
      let seen: Wanted | undefined;
      try {
        const { client } = this.options;
        seen = await beforeDeadline(
          clock,
          Math.min(...deadlines),
          new AbortController().signal,
          (signal) => this.look(target, open, platform, signal),
          () => {
            trouble ??= client.failing()?.message ?? "the platform's API does not answer";
          },
        );
        if (seen === undefined) continue;
      } catch (error) {
        rethrowBug(error);
        if (!isTransient(error) || clock.now() + backoff > deadline) {
          // What was accepted is: that it holds, whoever waits for it will see.
          open = open.filter((entry) => !answerTaken(entry, messageOf(error), first, number));
          if (open.length === 0) return [];
          throw CoreError.from(error, `reading ${target.name}`);
        }
        trouble = messageOf(error);
        backoff = await this.pause(backoff);
        continue;
      }
      const { before, changes } = seen;
      open = seen.open;
      if (open.length === 0) return [];
      if (changes.length === 0) {
        const wrote = first !== undefined && open.some((entry) => entry.sent);
        const baseline = wrote && first !== undefined ? first.baseline : baselineOf(before, clock.now(), false);
        const written = {
          before: first?.before ?? before,
          after: before,
          wrote,
          baseline,
          write: wrote ? number() : 0,
        };
        for (const entry of open) {
          if (wrote && entry.holder !== undefined) this.queue(target).hold(entry.holder);
          if (!wrote) entry.accepted?.(before);
          entry.resolve(written);
        }
        return [];
      }
      if (first !== undefined && open.every((entry) => entry.sent) && ++undone > limits.undone)
        throw lost(target.name, limits.undone);
      const baseline = baselineOf(before, clock.now(), true);
      first ??= { before, baseline };
      try {
        const attempts = this.finalizers.attemptsAfter(target.path, before);
        const after = await sendPatch(this.options, target, before, changes, platform, attempts, onlySignal(open));
        first.baseline = touchesSpec(changes) ? baseline : metadataBaseline(baseline, before);
        this.fresh.wrote(target, after);
        this.finalizers.wrote(target.path, before, after, attempts);
        for (const entry of open) {
          entry.sent = true;
          entry.taken = after;
          entry.accepted?.(after);
        }
        log("debug", "written", {
          object: target.name,
          owners: open.map(({ edit }) => edit.owner).join(", "),
          changes: changes.length,
        });
        backoff = limits.firstBackoffMs;
        refused.accepted();
        if (platform.hidesConflicts) await clock.sleep(this.options.readBackMs);
      } catch (error) {
        trouble = messageOf(error);
        if (!(error instanceof KubeError) || error.ambiguous) this.finalizers.unsure(target.path);
        if (!refused.mayRepeat(error, before.resourceVersion, clock.now() + backoff <= deadline))
          throw CoreError.from(error, `writing to ${target.name}`);
        if (error instanceof KubeError && error.ambiguous) for (const entry of open) entry.sent = true;
        log("debug", "a write did not go through; looking again", { object: target.name, why: trouble });
        backoff = await this.pause(backoff);
      } finally {
        this.options.reader.forget();
      }
    }
  }

  /** The object as it is and what all entries want of it; those that refuse it are settled. */
  private async look(
    target: Target,
    entries: readonly Entry[],
    platform: Platform,
    signal: AbortSignal,
  ): Promise<Wanted> {
    const before = await this.fresh.read(target);
    const open: Entry[] = [];
    const wanted: Change[] = [];
    for (const entry of entries) {
      const { edit } = entry;
      try {
        if (edit.expectUid !== undefined && edit.expectUid !== before.uid) throw replaced(before);
        if (before.deletedAt !== undefined) throw deleting(before);
        wanted.push(...edit.build(before, platform, !entry.sent));
        open.push(entry);
      } catch (error) {
        entry.settle(error);
      }
    }
    const changes = effective(before.json, wanted);
    const decides = changes.some(({ path }) => path[2] === defaultGroupAnnotation || path[2] === defaultGroupName);
    if (!target.cluster || decides || changes.length === 0) return { before, open, changes };
    const { reader } = this.options;
    return { before, open, changes: [...changes, ...(await absentDefaultGroup(reader, before, platform, signal))] };
  }

  private async pause(backoff: number): Promise<number> {
    await this.options.clock.sleep(backoff * (0.5 + this.options.random()));
    return Math.min(backoff * 2, limits.mostBackoffMs);
  }
}

/**
 * A write of labels or annotations is a Helm upgrade only where the patch stores defaults for the first time (platform.md §1.4): the mark
 * of the creation is still there as long as nothing was written after it.
 */
const metadataBaseline = (baseline: Baseline, before: AppObject): Baseline =>
  before.annotations[creationAnnotation] === undefined && before.labels[managedByLabel] !== undefined
    ? { ...baseline, any: true }
    : { ...baseline, maybeNone: true };

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? error.message : undefined);
