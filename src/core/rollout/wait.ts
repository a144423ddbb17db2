import { beforeDeadline } from "../../base/deadline.ts";
import { sentence } from "../../base/sentence.ts";
import { type Context, clusterSubject, clusterTarget, type WaitOptions } from "../context.ts";
import { CoreError, type Culprit, isTransient } from "../core-error.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { isOlder } from "../object/app-object.ts";
import type { Observation, Subject } from "../read/watch.ts";
import { effective } from "../spec/patch.ts";
import type { Notice } from "../spec/state.ts";
import { deleting, type Edit, lost, replaced, type Target, type Written } from "../write/edit.ts";
import { isRemedy } from "../write/finalizers.ts";
import type { Holder } from "../write/write-queue.ts";
import { isDeterministic } from "./faults.ts";
import { neutralEdit } from "./force-reconcile.ts";
import { faultsOf, refusal } from "./refusal.ts";
import { type Baseline, isNewFailure, judgeRelease, newTrail } from "./release.ts";

/** What one owner waits for after a write, or to resume where nothing was to write. */
export interface Wait extends WaitOptions {
  readonly subject: Subject;
  readonly target: Target;
  readonly uid: string;
  readonly baseline: Baseline;
  /** Number of the write waited for, 0 where there was none. */
  readonly write: number;
  /** What already kept the write itself from being looked at. */
  readonly unseen?: string | undefined;
  /** Resource version after the write: an older observation says nothing. */
  readonly version: string;
  /** Own keys must hold all the while: another writer's overwrite may be hidden (≥ 1.5, platform.md §7). */
  readonly edit: Edit | undefined;
  readonly owner: Culprit;
  /** Looked at once the release is through; undefined: done, text: what is still missing. */
  readonly check: (seen: Observation & { readonly object: AppObject }) => Promise<string | undefined>;
  /** What a removal waits for is not worth the wait where the rollout fails as it did before. */
  readonly removal?: boolean;
}

export type Outcome =
  | {
      readonly kind: "done";
      readonly seen: Observation & { readonly object: AppObject };
      readonly warnings: readonly Notice[];
    }
  | {
      readonly kind: "late";
      readonly seen: Observation | undefined;
      readonly why: string;
      /** A failure newer than the write, which the platform tries again. */
      readonly failure: string | undefined;
      readonly warnings: readonly Notice[];
    };

const mostRewrites = 10;

/** What a wait has seen so far. */
interface Progress {
  seen: Observation | undefined;
  why: string;
  /** What the platform last said of a failure that is newer than the write: it tries again, and the next text hides it. */
  failure: string | undefined;
  readonly warnings: Notice[];
}

/**
 * Waits until the platform has taken a write over and `check` finds nothing missing. Answers `late` at the deadline. Throws CoreError
 * Refused (deterministic failure newer than the write), NotFound, Replaced, Deleting, Lost, Denied, Stopped.
 */
export async function awaitWrite(context: Context, wait: Wait): Promise<Outcome> {
  const { subject, signal, deadline } = wait;
  const progress: Progress = {
    seen: undefined,
    why: "the platform has not begun yet",
    failure: undefined,
    warnings: [],
  };
  let trouble: string | undefined;
  try {
    const seen = await beforeDeadline(
      context.clock,
      deadline,
      signal,
      (either) => follow(context, { ...wait, signal: either }, progress),
      () => {
        trouble = troubleOf(context, subject);
      },
    );
    if (seen !== undefined) return { kind: "done", seen, warnings: progress.warnings };
    const { why, failure, warnings } = progress;
    const because = failure === undefined || failure === why ? why : `${why}; the last failure was: ${failure}`;
    // Where not even one look came through in time, it is what kept the write from being looked at.
    trouble ??= progress.seen === undefined ? wait.unseen : undefined;
    return { kind: "late", seen: progress.seen, why: asFarAsSeen(because, trouble), failure, warnings };
  } catch (error) {
    // Nobody is helped by waiting for a write that failed.
    context.writer.queue(wait.target).releaseAll();
    throw CoreError.from(error, `waiting for ${subject.what}`, signal);
  }
}

/** Looks until nothing is missing, and writes again what others undo. */
async function follow(
  context: Context,
  wait: Wait,
  progress: Progress,
): Promise<Observation & { readonly object: AppObject }> {
  const { clock, watch, settle } = context;
  const { subject, signal } = wait;
  let { baseline, version } = wait;
  let trail = newTrail(baseline);
  let rewrites = 0;
  for (;;) {
    const seen = await watch.next(subject, signal);
    const { object } = seen;
    if (object === undefined) throw deletedMeanwhile(subject.what);
    if (object.uid !== wait.uid) throw replaced(object);
    if (object.deletedAt !== undefined) throw deleting(object);
    // A replica that lags behind says nothing of the write.
    if (isOlder(object.resourceVersion, version)) continue;
    progress.seen = seen;
    context.writer.finalizers.saw(wait.target.path, object);
    if (wait.edit !== undefined && (await isUndone(context, wait.edit, object))) {
      if (rewrites >= mostRewrites) throw lost(subject.what, mostRewrites);
      const again = await rewrite(context, wait, wait.edit);
      if (again === undefined) continue;
      version = again.after.resourceVersion;
      if (again.wrote) {
        rewrites++;
        context.log("warn", "another writer undid own settings; wrote them again", {
          what: subject.what,
          times: rewrites,
        });
        baseline = again.baseline;
        trail = newTrail(baseline);
      }
      continue;
    }
    if (object.ready !== undefined && isNewFailure(object.ready, baseline)) {
      // What undoes a failed action says nothing of why it failed.
      if (progress.failure === undefined || !isRemedy(object.ready)) progress.failure = object.ready.message;
    }
    if (wait.removal === true && failsAsBefore(context, wait.target, object, baseline))
      throw isDeterministic(object.ready?.message ?? "")
        ? refusal(object, wait.owner)
        : new CoreError("Refused", `The platform says: ${progress.failure}`);
    const faults = faultsOf(object, wait.owner);
    // What certainly still is at fault will be refused again, however old the refusal is.
    if (faults.some(({ present }) => present === true)) throw refusal(object, wait.owner);
    const repaired = faults.length > 0 && faults.every(({ present }) => present === false);
    const verdict = judgeRelease(baseline, trail, object.ready, clock.now(), settle, repaired);
    if (verdict.kind === "refused") throw refusal(object, wait.owner);
    if (verdict.kind === "stuck") {
      const at = clock.now();
      await healOnce(context, wait, object);
      const what = sentence(subject.what);
      progress.warnings.push({
        summary: `${what} reported a repaired failure`,
        detail: `${what} still reported a failure that had been repaired, so one neutral change was made to clear it. The failure was: ${verdict.message}`,
      });
      baseline = healedBaseline(object, at);
      trail = newTrail(baseline);
      continue;
    }
    const missing = verdict.kind === "done" ? await patientCheck(wait, { ...seen, object }) : verdict.why;
    if (missing === undefined) return { ...seen, object };
    if (missing !== progress.why) wait.progress?.(`${subject.what}: ${missing}`);
    progress.why = missing;
  }
}

/**
 * Whether the release failed after a write as it had before, or was never seen to succeed. What the chart refuses may be what the write has
 * just corrected: there the attempt must have begun after it.
 */
const failsAsBefore = ({ writer }: Context, { path }: Target, { ready }: AppObject, baseline: Baseline): boolean =>
  (baseline.failed || baseline.ambiguous) &&
  isNewFailure(ready, baseline) &&
  (writer.finalizers.hasLooked(path) || !isDeterministic(ready?.message ?? ""));

/** The own keys once more; undefined where the platform did not take them before the deadline, as the wait then ends by itself. */
async function rewrite(
  { writer }: Context,
  { target, signal, deadline }: Wait,
  edit: Edit,
): Promise<Written | undefined> {
  try {
    // What was created stands by now: it is no longer somebody else's, whatever was made of it.
    const again: Edit = { ...edit, build: (live, platform) => edit.build(live, platform, false) };
    return await writer.submit(target, again, { signal, deadline, urgent: true });
  } catch (error) {
    if (error instanceof CoreError && error.code === "Timeout") return undefined;
    throw error;
  }
}

const healedBaseline = ({ ready }: AppObject, at: number): Baseline => ({
  at,
  any: false,
  ambiguous: false,
  release: undefined,
  text: ready?.message ?? "",
  transition: ready?.lastTransitionTime ?? "",
  failed: true,
  healed: true,
});

/** What keeps the looks at an object, or whatever else is asked of the platform at this moment, from succeeding. */
export const troubleOf = ({ watch, client }: Context, { key }: Subject): string | undefined =>
  watch.trouble(key) ?? client.failing()?.message;

/** What is missing, as far as it was seen, and the trouble that kept anybody from seeing further. */
export const asFarAsSeen = (why: string, trouble: string | undefined): string =>
  trouble === undefined ? why : `${why}, as far as could be seen (${trouble.replace(/\.$/, "")})`;

/** What is missing; an API that does not answer now will do so later. */
async function patientCheck(
  wait: Wait,
  seen: Observation & { readonly object: AppObject },
): Promise<string | undefined> {
  try {
    return await wait.check(seen);
  } catch (error) {
    if (wait.signal.aborted || !isTransient(error)) throw error;
    return "the platform's API does not answer";
  }
}

async function isUndone(context: Context, edit: Edit, object: AppObject): Promise<boolean> {
  const platform = await context.served(new AbortController().signal);
  return effective(object.json, edit.build(object, platform, false)).length > 0;
}

async function healOnce(context: Context, wait: Wait, object: AppObject): Promise<void> {
  const key = `${wait.target.path} ${wait.write > 0 ? wait.write : object.ready?.lastTransitionTime}`;
  let healing = context.healings.get(key);
  if (healing === undefined) {
    context.log("warn", "an old failure stands although it was repaired; making one neutral change", {
      what: wait.subject.what,
    });
    const { signal, deadline } = wait;
    const edit = neutralEdit(wait.uid, `healing of ${wait.subject.what}`);
    healing = context.writer
      .submit(wait.target, edit, { signal, deadline, urgent: true })
      .then(() => context.watch.poke(wait.subject.key));
    context.healings.set(key, healing);
  }
  await healing;
}

/** The error of something that another client deleted while it was created or changed. */
export function deletedMeanwhile(what: string): CoreError {
  const name = sentence(what);
  return new CoreError("NotFound", `${name} was deleted by another client during this run.`, {
    summary: `${name} was deleted`,
    hint: "Apply again to create it.",
  });
}

/** One owner's write to a cluster, and what he waits for then. */
export interface Step extends WaitOptions {
  readonly edit: Edit;
  readonly owner: Culprit;
  readonly waitFor: "accepted" | "ready";
  /** Default: one that yields to nobody. */
  readonly holder?: Holder;
  /** Told as soon as the API has accepted the write, before it is known to hold. */
  readonly accepted?: (object: AppObject) => void;
  readonly check: Wait["check"];
  readonly removal?: boolean;
}

/**
 * Makes an edit of a cluster hold and waits for its result, with the next write held up meanwhile. There is no outcome where only the
 * acceptance is waited for. Throws what `Writer.submit` and `awaitWrite` throw.
 */
export async function writeAndWait(
  context: Context,
  cluster: ClusterId,
  step: Step,
): Promise<{ readonly written: Written; readonly outcome: Outcome | undefined }> {
  const { edit, signal, deadline, waitFor, accepted, holder = {} } = step;
  const target = clusterTarget(cluster);
  try {
    const written = await context.writer.submit(target, edit, {
      signal,
      deadline,
      ...(accepted === undefined ? {} : { accepted }),
      ...(waitFor === "ready" ? { holder } : {}),
    });
    context.watch.poke(target.path);
    if (waitFor === "accepted") return { written, outcome: undefined };
    const subject = clusterSubject(context, cluster);
    return { written, outcome: await awaitWrite(context, { ...step, ...fromWrite(written), subject, target }) };
  } finally {
    context.writer.queue(target).release(holder);
  }
}

/** The fields of a Wait that come from a write. */
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
