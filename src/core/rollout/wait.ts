import { beforeDeadline } from "../../base/deadline.ts";
import { sentence, withoutPeriod } from "../../base/sentence.ts";
import type { Context } from "../context.ts";
import { CoreError, isTransient } from "../core-error.ts";
import { effective } from "../desired/patch.ts";
import type { Notice } from "../desired/state.ts";
import { type AppObject, isOlder } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import type { Observation, Subject } from "../read/watch.ts";
import { type Baseline, reconciled } from "../write/baseline.ts";
import { deleting, type Edit, lost, replaced, type Written } from "../write/edit.ts";
import { isRemedy } from "../write/finalizers.ts";
import { type Fault, isDeterministic } from "./faults.ts";
import { neutralEdit } from "./force-reconcile.ts";
import { faultsOf, refusal } from "./refusal.ts";
import { isNewFailure, judgeRelease, newTrail, type Trail, type Verdict } from "./release.ts";

/** An observation of an object that exists. */
export type Seen = Observation & { readonly object: AppObject };

/** One stage of a wait; starts when the stages before it are done. */
export interface Stage {
  /** Returns what is missing; undefined if nothing is. Never writes. */
  readonly missing: (seen: Seen) => Promise<string | undefined>;
  /** Called once, when nothing is missing. */
  readonly finish?: (seen: Seen) => Promise<void>;
}

/** The wait of one owner after a write, or resumed without one. */
export interface Wait extends WaitOptions {
  readonly subject: Subject;
  readonly uid: string;
  readonly baseline: Baseline;
  /** Number of the write; 0 if there was none. */
  readonly write: number;
  /** The error that prevented reading the write back. */
  readonly unseen?: string | undefined;
  /** Resource version after the write; older observations are ignored. */
  readonly version: string;
  /** The owner's keys are checked continuously, because another writer's overwrite can be hidden (≥ 1.5, platform.md §7). */
  readonly edit: Edit | undefined;
  readonly owner: Owner;
  /** Evaluated once the release is rolled out. */
  readonly stages: readonly Stage[];
  /** A removal does not wait for a rollout that fails as before. */
  readonly removal?: boolean;
}

export type Outcome =
  | { readonly kind: "done"; readonly seen: Seen; readonly warnings: readonly Notice[] }
  | {
      readonly kind: "late";
      readonly seen: Observation | undefined;
      readonly why: string;
      /** A failure newer than the write, after which the platform retries. */
      readonly failure: string | undefined;
      readonly warnings: readonly Notice[];
    };

const mostRewrites = 10;

/** State of a wait. */
interface Progress {
  seen: Observation | undefined;
  why: string;
  /** The last failure newer than the write; the platform retries, and its next message replaces the failure. */
  failure: string | undefined;
  readonly warnings: Notice[];
  /** Baseline of the last write; replaced when the wait writes again. */
  baseline: Baseline;
  version: string;
  trail: Trail;
  rewrites: number;
  /** Number of completed stages. */
  stage: number;
}

/**
 * Waits until the platform has rolled out a write and every stage is done. Returns `late` at the deadline. Throws CoreError Refused
 * (a deterministic failure newer than the write), NotFound, Replaced, Deleting, Lost, Denied, Stopped.
 */
export async function awaitWrite(context: Context, wait: Wait): Promise<Outcome> {
  const { subject, signal, deadline, baseline, version } = wait;
  const progress: Progress = {
    seen: undefined,
    why: "the platform has not begun yet",
    failure: undefined,
    warnings: [],
    baseline,
    version,
    trail: newTrail(baseline),
    rewrites: 0,
    stage: 0,
  };
  let lastError: string | undefined;
  try {
    const seen = await beforeDeadline(
      context.clock,
      deadline,
      signal,
      (either) => follow(context, { ...wait, signal: either }, progress),
      () => {
        lastError = lastErrorOf(context, subject);
      },
    );
    if (seen !== undefined) return { kind: "done", seen, warnings: progress.warnings };
    const { why, failure, warnings } = progress;
    const because = failure === undefined || failure === why ? why : `${why}; the last failure was: ${failure}`;
    // If no observation succeeded in time, the error that prevented reading the write back is the reason.
    lastError ??= progress.seen === undefined ? wait.unseen : undefined;
    return { kind: "late", seen: progress.seen, why: asFarAsSeen(because, lastError), failure, warnings };
  } catch (error) {
    // The owners of a failed write do not delay the next one.
    context.writer.queue(subject.ref).releaseAll();
    throw CoreError.from(error, `waiting for ${subject.what}`, signal);
  }
}

/** Observes until nothing is missing, and repeats a write that another writer reverted. */
async function follow(context: Context, wait: Wait, progress: Progress): Promise<Seen> {
  for (;;) {
    const seen = await nextSeen(context, wait, progress);
    const { object } = seen;
    progress.seen = seen;
    context.writer.finalizers.saw(wait.subject.ref.path, object);
    if (wait.edit !== undefined && (await isUndone(context, wait.edit, object))) {
      await writeAgain(context, wait, wait.edit, progress);
      continue;
    }
    noteFailure(progress, object);
    const verdict = judge(context, wait, progress, object);
    if (verdict.kind === "stuck") {
      await clearFailure(context, wait, progress, object, verdict.message);
      continue;
    }
    const missing = verdict.kind === "done" ? await nextStage(wait, progress, seen) : verdict.why;
    if (missing === undefined) return seen;
    if (missing !== progress.why) wait.progress?.(`${wait.subject.what}: ${missing}`);
    progress.why = missing;
  }
}

/** Returns the next observation that is not older than the write. Throws if the object is gone, replaced, or being deleted. */
async function nextSeen({ watch }: Context, { subject, signal, uid }: Wait, { version }: Progress): Promise<Seen> {
  for (;;) {
    const seen = await watch.next(subject, signal);
    const { object } = seen;
    if (object === undefined) throw deletedMeanwhile(subject.what);
    if (object.uid !== uid) throw replaced(object);
    if (object.deletedAt !== undefined) throw deleting(object);
    if (!isOlder(object.resourceVersion, version)) return { ...seen, object };
  }
}

async function isUndone(context: Context, edit: Edit, object: AppObject): Promise<boolean> {
  const platform = await context.platformForWrite(new AbortController().signal);
  return effective(object.json, edit.build(object, platform, false)).length > 0;
}

function noteFailure(progress: Progress, { ready }: AppObject): void {
  if (ready === undefined || !isNewFailure(ready, progress.baseline)) return;
  // The uninstall or rollback after a failed action does not contain the reason of the failure.
  if (progress.failure === undefined || !isRemedy(ready)) progress.failure = ready.message;
}

/** Whether the write is rolled out. Throws CoreError Refused if it cannot be. */
function judge(
  context: Context,
  wait: Wait,
  { baseline, trail, failure }: Progress,
  object: AppObject,
): Exclude<Verdict, { kind: "refused" }> {
  if (wait.removal === true && failsAsBefore(context, wait.subject, object, baseline)) {
    if (isDeterministic(object.ready?.message ?? "")) throw refusal(object, wait.owner);
    throw new CoreError("Refused", `The platform says: ${failure}`);
  }
  const faults = faultsOf(object, wait.owner);
  if (isOutlivable(faults, wait, context.clock.now() - baseline.at < context.timings.quietMs)) {
    return { kind: "waiting", why: "waiting for the other node groups to be corrected" };
  }
  // A fault that certainly persists is refused again, regardless of the age of the refusal.
  if (faults.some(({ present }) => present === true)) throw refusal(object, wait.owner);
  const repaired = faults.length > 0 && faults.every(({ present }) => present === false);
  const verdict = judgeRelease(baseline, trail, object.ready, context.clock.now(), context.timings, repaired);
  if (verdict.kind === "refused") throw refusal(object, wait.owner);
  return verdict;
}

/** Whether other node groups may lose a retired key in a moment, because they are converged in the same run. */
const isOutlivable = (faults: readonly Fault[], { owner, removal }: Wait, isYoung: boolean): boolean =>
  isYoung &&
  owner.kind !== "cluster" &&
  removal !== true &&
  faults.some(({ retiredKey, present }) => retiredKey === true && present === true);

/**
 * Whether the release failed again after a write, or has never succeeded. The chart may have refused a setting that the write corrects;
 * in that case the attempt must have begun after the write.
 */
const failsAsBefore = ({ writer }: Context, { ref }: Subject, { ready }: AppObject, baseline: Baseline): boolean =>
  (baseline.before.failed || baseline.kind === "pending") &&
  isNewFailure(ready, baseline) &&
  (writer.finalizers.hasLooked(ref.path) || !isDeterministic(ready?.message ?? ""));

/** Writes the owner's keys again. If the platform does not accept them before the deadline, the wait ends normally. */
async function writeAgain(context: Context, wait: Wait, edit: Edit, progress: Progress): Promise<void> {
  const { subject, signal, deadline } = wait;
  if (progress.rewrites >= mostRewrites) throw lost(subject.what, mostRewrites);
  // The object exists by now, so the edit no longer checks for another owner.
  const again: Edit = { ...edit, build: (live, platform) => edit.build(live, platform, false) };
  try {
    const written = await context.writer.submit(subject.ref, again, { signal, deadline, urgent: true });
    progress.version = written.after.resourceVersion;
    if (!written.wrote) return;
    progress.rewrites++;
    progress.baseline = written.baseline;
    progress.trail = newTrail(written.baseline);
    context.log("warn", "another writer undid own settings; wrote them again", {
      what: subject.what,
      times: progress.rewrites,
    });
  } catch (error) {
    if (!(error instanceof CoreError && error.code === "Timeout")) throw error;
  }
}

/** Makes a neutral change so that the platform retries after an old failure. */
async function clearFailure(
  context: Context,
  wait: Wait,
  progress: Progress,
  object: AppObject,
  failure: string,
): Promise<void> {
  const at = context.clock.now();
  await forceReconcile(context, wait, object);
  const what = sentence(wait.subject.what);
  progress.warnings.push({
    summary: `${what} reported a repaired failure`,
    detail: `${what} still reported a failure that had been repaired, so one neutral change was made to clear it. The failure was: ${failure}`,
  });
  progress.baseline = reconciled(object, at);
  progress.trail = newTrail(progress.baseline);
}

/** Makes one neutral change per write, shared by all its waiters. */
async function forceReconcile(context: Context, wait: Wait, object: AppObject): Promise<void> {
  const { subject, owner, uid, write, signal, deadline } = wait;
  const key = `${subject.ref.path} ${write > 0 ? write : object.ready?.lastTransitionTime}`;
  let change = context.forcedReconciles.get(key);
  if (change === undefined) {
    context.log("warn", "an old failure remains although it was repaired; making one neutral change", {
      what: subject.what,
    });
    change = context.writer
      .submit(subject.ref, neutralEdit(owner, uid), { signal, deadline, urgent: true })
      .then(() => context.watch.poke(subject.ref));
    context.forcedReconciles.set(key, change);
  }
  await change;
}

/** Returns what the current stage lacks and finishes each completed stage; undefined if all are done. */
async function nextStage(wait: Wait, progress: Progress, seen: Seen): Promise<string | undefined> {
  try {
    for (const stage of wait.stages.slice(progress.stage)) {
      const missing = await stage.missing(seen);
      if (missing !== undefined) return missing;
      await stage.finish?.(seen);
      progress.stage++;
    }
    return undefined;
  } catch (error) {
    return unanswered(error, wait.signal);
  }
}

/** Returns the reason for which a wait goes on after a failed read. Throws the error if it is not transient, or if the wait was aborted. */
export function unanswered(error: unknown, signal: AbortSignal): string {
  if (signal.aborted || !isTransient(error)) throw error;
  return "the platform's API does not answer";
}

/** Returns the error of the last observation of an object, or of another current request. */
export const lastErrorOf = ({ watch, client }: Context, { ref }: Subject): string | undefined =>
  watch.lastError(ref) ?? client.failing()?.message;

/** Returns what is missing, with the error that prevented further observations. */
export const asFarAsSeen = (why: string, lastError: string | undefined): string =>
  lastError === undefined ? why : `${why}, as far as could be seen (${withoutPeriod(lastError)})`;

/** Returns the error of an object that another client deleted while it was created or changed. */
export function deletedMeanwhile(what: string): CoreError {
  const name = sentence(what);
  return new CoreError("NotFound", `${name} was deleted by another client during this run.`, {
    summary: `${name} was deleted`,
    hint: "Apply again to create it.",
  });
}

/** Returns the fields of a Wait that come from a write. */
export const fromWrite = ({
  baseline,
  write,
  after,
  unseen,
}: Written): Pick<Wait, "baseline" | "write" | "uid" | "version" | "unseen"> => ({
  baseline,
  write,
  unseen,
  uid: after.uid,
  version: after.resourceVersion,
});
