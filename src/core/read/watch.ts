import { abortable, endSleep } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { beforeDeadline } from "../../base/deadline.ts";
import type { Log } from "../../base/log.ts";
import { CoreError } from "../core-error.ts";
import type { ObjectRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Monitor } from "../object/monitors.ts";
import type { Reader } from "./reader.ts";

/** The result of one poll. All waiters of a cluster evaluate the same observation, so that they finish together. */
export interface Observation {
  readonly sequence: number;
  readonly at: number;
  /** undefined if certainly gone. */
  readonly object: AppObject | undefined;
  readonly monitors: readonly Monitor[];
}

/** The watched object: a cluster or a `KubernetesNodes` object. */
export interface Subject {
  readonly ref: ObjectRef;
  /** For messages, e.g. `cluster prod`. */
  readonly what: string;
  readonly namespace: string;
  readonly read: (signal: AbortSignal) => Promise<AppObject | undefined>;
}

export interface WatchOptions {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly log: Log;
  /** Poll interval: starts at `first`, grows by half up to `most`, restarts when something changes. */
  readonly interval: { readonly first: number; readonly most: number };
  /** Random in [0, 1), for jitter. */
  readonly random: () => number;
  /** Returns the last error of a request that is being retried. */
  readonly failing: () => Error | undefined;
}

/** Consecutive rejections of the credentials until waiting ends; a restarting API server may reject once. */
const mostDenials = 5;

const closed = (): CoreError => new CoreError("Stopped", "The library was closed while something was waited for.");

interface Poll {
  waiters: { readonly resolve: (seen: Observation) => void; readonly reject: (error: unknown) => void }[];
  running: boolean;
  delay: number;
  fingerprint: string;
  wake: AbortController;
  /** Error of the last poll; undefined if it succeeded. */
  lastError: string | undefined;
  /** Start of the poll in progress; undefined if there is none. */
  lookingSince: number | undefined;
}

/** One poller per cluster, running while there are waiters: each poll is a GET of the cluster and a LIST of the monitors. */
export class Watch {
  private readonly options: WatchOptions;
  private readonly polls = new Map<string, Poll>();
  private sequence = 0;
  private closed = false;

  constructor(options: WatchOptions) {
    this.options = options;
  }

  /** Returns the next observation that begins after this call. Rejects on abort, and if credentials are rejected repeatedly. */
  async next(subject: Subject, signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    if (this.closed) throw closed();
    const key = subject.ref.path;
    let poll = this.polls.get(key);
    if (poll === undefined) {
      const delay = this.options.interval.first;
      poll = {
        waiters: [],
        running: false,
        delay,
        fingerprint: "",
        wake: new AbortController(),
        lastError: undefined,
        lookingSince: undefined,
      };
      this.polls.set(key, poll);
    }
    const mine = poll;
    const seen = new Promise<Observation>((resolve, reject) => mine.waiters.push({ resolve, reject }));
    seen.catch(() => {});
    if (!poll.running) void this.run(subject, poll);
    return await abortable(seen, signal);
  }

  /** Returns the next observation; undefined if the deadline passes first. */
  async nextBefore(
    subject: Subject,
    signal: AbortSignal,
    deadline: number,
    atDeadline?: () => void,
  ): Promise<Observation | undefined> {
    const { clock } = this.options;
    return await beforeDeadline(clock, deadline, signal, (either) => this.next(subject, either), atDeadline);
  }

  /** Returns the error of the polls since the last success, for messages. */
  lastError({ path }: ObjectRef): string | undefined {
    const poll = this.polls.get(path);
    if (poll?.lookingSince === undefined) return poll?.lastError;
    const { clock, interval, failing } = this.options;
    const ms = clock.now() - poll.lookingSince;
    const silence = ms > interval.most ? `the API has not answered for ${(ms / 1000).toFixed(1)} s` : undefined;
    return failing()?.message ?? poll.lastError ?? silence;
  }

  /** Polls again soon, after a write. */
  poke({ path }: ObjectRef): void {
    const poll = this.polls.get(path);
    if (poll === undefined) return;
    poll.delay = this.options.interval.first;
    endSleep(poll.wake);
  }

  close(): void {
    this.closed = true;
    for (const poll of this.polls.values()) {
      endSleep(poll.wake);
      for (const { reject } of poll.waiters.splice(0)) reject(closed());
    }
  }

  private async run(subject: Subject, poll: Poll): Promise<void> {
    poll.running = true;
    const { clock, log, interval, random } = this.options;
    let denials = 0;
    let ignorance = 0;
    while (poll.waiters.length > 0 && !this.closed) {
      poll.wake = new AbortController();
      const waiting = poll.waiters;
      poll.waiters = [];
      poll.lookingSince = clock.now();
      try {
        const seen = await this.look(subject);
        denials = 0;
        ignorance = 0;
        poll.lastError = undefined;
        const fingerprint = JSON.stringify([
          seen.object?.resourceVersion,
          seen.monitors.map(({ name, availableReplicas }) => [name, availableReplicas]),
        ]);
        poll.delay = fingerprint === poll.fingerprint ? Math.min(poll.delay * 1.5, interval.most) : interval.first;
        poll.fingerprint = fingerprint;
        for (const { resolve } of waiting) resolve(seen);
      } catch (thrown) {
        const error = this.coreErrorOf(thrown, subject, waiting);
        if (error === undefined) {
          poll.lookingSince = undefined;
          continue;
        }
        denials = error.code === "Denied" ? denials + 1 : 0;
        ignorance++;
        poll.lastError = error.message;
        if (denials >= mostDenials) for (const { reject } of waiting) reject(error);
        else poll.waiters.unshift(...waiting);
        poll.delay = Math.min(poll.delay * 1.5, interval.most);
        log("debug", "the platform's API did not answer a poll; trying again", {
          what: subject.what,
          code: error.code,
          times: ignorance,
        });
      }
      poll.lookingSince = undefined;
      try {
        await clock.sleep(poll.delay * (0.9 + 0.2 * random()), poll.wake.signal);
      } catch {
        // Interrupted by `poke`: poll immediately.
      }
    }
    poll.running = false;
  }

  /** Returns the error of a failed poll; undefined for a bug, which rejects every waiter immediately. */
  private coreErrorOf(thrown: unknown, subject: Subject, waiting: Poll["waiters"]): CoreError | undefined {
    try {
      return CoreError.from(thrown, `watching ${subject.what}`);
    } catch (bug) {
      for (const { reject } of waiting) reject(bug);
      return undefined;
    }
  }

  private async look(subject: Subject): Promise<Observation> {
    const never = new AbortController().signal;
    const { reader, clock } = this.options;
    const sequence = ++this.sequence;
    const at = clock.now();
    const [object, monitors] = await Promise.all([
      subject.read(never),
      reader.monitors(subject.namespace, never, true),
    ]);
    return { sequence, at, object, monitors };
  }
}
