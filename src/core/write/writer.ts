import { abortable } from "../../base/abort.ts";
import { CoreError } from "../core-error.ts";
import type { ObjectRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Edit, Written } from "./edit.ts";
import { Finalizers } from "./finalizers.ts";
import { FreshReads } from "./fresh-reads.ts";
import type { PendingWrite } from "./pending-write.ts";
import { type AttemptOptions, WriteAttempt } from "./write-attempt.ts";
import { type Holder, type QueueTiming, WriteQueue } from "./write-queue.ts";

export interface WriterOptions extends AttemptOptions {
  readonly platformForWrite: (signal: AbortSignal) => Promise<Platform>;
  readonly timing: QueueTiming;
}

export interface SubmitOptions {
  readonly signal: AbortSignal;
  /** Clock ms. */
  readonly deadline: number;
  readonly urgent?: boolean;
  /**
   * Called with the object as soon as the API has accepted the write, and again if the write was repeated; also if there was nothing to
   * write.
   */
  readonly accepted?: (object: AppObject) => void;
  /** Delays the next write until `queue(ref).release(holder)`. */
  readonly holder?: Holder;
}

/**
 * The only writer of each object in this process. Every write is a JSON Patch based on a fresh read: `test` on the uid and own keys,
 * then the own keys.
 */
export class Writer {
  private readonly options: WriterOptions;
  private readonly queues = new Map<string, WriteQueue<PendingWrite>>();
  private readonly fresh: FreshReads;
  readonly finalizers = new Finalizers();
  private writes = 0;

  constructor(options: WriterOptions) {
    this.options = options;
    this.fresh = new FreshReads(options.reader, options.clock);
  }

  /**
   * Writes the edit until it persists, combined with other pending writes of the object. Throws CoreError: NotFound, Deleting,
   * Replaced, Conflict, Lost, Refused, Denied, Unreachable, Timeout, Stopped, and the errors of `build`.
   */
  async submit(ref: ObjectRef, edit: Edit, options: SubmitOptions): Promise<Written> {
    const { signal, deadline, urgent = false, accepted, holder } = options;
    signal.throwIfAborted();
    const result = new Promise<Written>((resolve, reject) => {
      this.queue(ref).push({
        edit,
        deadline,
        signal,
        urgent,
        holder,
        accepted,
        sent: false,
        answer: undefined,
        resolve,
        reject,
      });
    });
    result.catch(() => {});
    // An abort does not wait for the request in progress; the next run recognises its outcome.
    return await abortable(result, signal);
  }

  /** Announces an edit of the owner. */
  announce(ref: ObjectRef, owner: Owner): void {
    this.queue(ref).announce(owner);
  }

  queue(ref: ObjectRef): WriteQueue<PendingWrite> {
    let queue = this.queues.get(ref.path);
    if (queue === undefined) {
      const { clock, timing } = this.options;
      queue = new WriteQueue<PendingWrite>(clock, timing, (pending) => this.writeAll(ref, pending));
      this.queues.set(ref.path, queue);
    }
    return queue;
  }

  /** Records an object that was created without this writer. */
  created(ref: ObjectRef, object: AppObject): void {
    this.finalizers.created(ref.path, object);
    this.fresh.wrote(ref, object);
    const { reader } = this.options;
    reader.forget(ref);
    reader.seen(ref, object);
    reader.expect(ref.path);
  }

  private async writeAll(ref: ObjectRef, pending: readonly PendingWrite[]): Promise<void> {
    let open = pending;
    try {
      const platform = await this.options.platformForWrite(new AbortController().signal);
      const attempt = new WriteAttempt(this.options, this.memoryOf(ref), ref, platform, pending);
      await attempt.run().finally(() => {
        open = attempt.open;
      });
    } catch (error) {
      if (open.length > 1 && error instanceof CoreError && error.code === "Refused") {
        // One rejected edit must not prevent the others.
        for (const one of open) await this.writeAll(ref, [one]);
        return;
      }
      for (const one of open) one.reject(error);
    }
  }

  private memoryOf(ref: ObjectRef) {
    return {
      fresh: this.fresh,
      finalizers: this.finalizers,
      number: () => ++this.writes,
      hold: (holder: Holder) => this.queue(ref).hold(holder),
    };
  }
}
