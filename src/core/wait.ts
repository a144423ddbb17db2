import type { AppObject } from "./cluster-object.ts";
import { isOlder } from "./cluster-object.ts";
import type { Context, WaitOptions } from "./context.ts";
import { CoreError, type Culprit } from "./core-error.ts";
import { deleting, type Edit, replaced, type Target, type Written } from "./edit.ts";
import { type Fault, isDeterministic, parseFaults } from "./failure.ts";
import { neutralEdit } from "./heal.ts";
import { effective } from "./patch.ts";
import { type Baseline, judgeRelease, newTrail } from "./readiness.ts";
import { isTransient } from "./transient.ts";
import type { Observation, Subject } from "./watch.ts";
import type { Holder } from "./write-queue.ts";

/** What one owner waits for after a write, or to resume where nothing was to write. */
export interface Wait extends WaitOptions {
  readonly subject: Subject;
  readonly target: Target;
  readonly uid: string;
  readonly baseline: Baseline;
  /** Number of the write waited for, 0 where there was none. */
  readonly write: number;
  /** Resource version after the write: an older observation says nothing. */
  readonly version: string;
  /** Own keys must hold all the while: another writer's overwrite may be hidden (≥ 1.5, platform.md §7). */
  readonly edit: Edit | undefined;
  readonly owner: Culprit;
  /** Looked at once the release is through; undefined: done, text: what is still missing. */
  readonly check: (seen: Observation & { readonly object: AppObject }) => Promise<string | undefined>;
}

export type Outcome =
  | {
      readonly kind: "done";
      readonly seen: Observation & { readonly object: AppObject };
      readonly warnings: readonly string[];
    }
  | {
      readonly kind: "late";
      readonly seen: Observation | undefined;
      readonly why: string;
      readonly warnings: readonly string[];
    };

const mostRewrites = 10;

/**
 * Waits until the platform has taken a write over and `check` finds nothing missing. Answers `late` at the deadline. Throws CoreError
 * Refused (deterministic failure newer than the write), NotFound, Replaced, Deleting, Lost, Denied, Stopped.
 */
export async function awaitWrite(context: Context, wait: Wait): Promise<Outcome> {
  const { clock, watch, settle } = context;
  const { subject, signal } = wait;
  const warnings: string[] = [];
  let { baseline } = wait;
  let trail = newTrail(baseline);
  let why = "the platform has not begun yet";
  let last: Observation | undefined;
  let rewrites = 0;
  let { version } = wait;
  const timer = new AbortController();
  const late = new AbortController();
  clock.sleep(Math.max(0, wait.deadline - clock.now()), timer.signal).then(
    () => late.abort(),
    () => {},
  );
  try {
    for (;;) {
      const seen = await watch.next(subject, AbortSignal.any([signal, late.signal]));
      last = seen;
      const { object } = seen;
      if (object === undefined)
        throw new CoreError("NotFound", `${subject.what} was deleted by somebody while it was waited for.`);
      if (object.uid !== wait.uid) throw replaced(object);
      if (object.deletedAt !== undefined) throw deleting(object);
      // A replica that lags behind says nothing of the write.
      if (isOlder(object.resourceVersion, version)) continue;
      if (wait.edit !== undefined && (await isUndone(context, wait.edit, object))) {
        if (rewrites >= mostRewrites) throw lost(subject.what);
        const again = await context.writer.submit(wait.target, wait.edit, {
          signal,
          deadline: wait.deadline,
          urgent: true,
        });
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
      const faults = faultsOf(object, wait.owner);
      // What certainly still is at fault will be refused again, however old the refusal is.
      if (faults.some(({ present }) => present === true)) throw refusal(object, wait.owner);
      const repaired = faults.length > 0 && faults.every(({ present }) => present === false);
      const verdict = judgeRelease(baseline, trail, object.ready, clock.now(), settle, repaired);
      if (verdict.kind === "refused") throw refusal(object, wait.owner);
      if (verdict.kind === "stuck") {
        const at = clock.now();
        await healOnce(context, wait, object);
        warnings.push(
          `${subject.what} still reported a failure that had been repaired, so one neutral change was made to clear it. The old text was: ${verdict.message}`,
        );
        const transition = object.ready?.lastTransitionTime ?? "";
        const text = object.ready?.message ?? "";
        baseline = {
          at,
          any: false,
          ambiguous: false,
          release: undefined,
          text,
          transition,
          failed: true,
          healed: true,
        };
        trail = newTrail(baseline);
        continue;
      }
      if (verdict.kind === "done" && !baseline.any) context.writer.settled(wait.target, baseline.at);
      const missing = verdict.kind === "done" ? await patientCheck(wait, { ...seen, object }) : verdict.why;
      if (missing === undefined) return { kind: "done", seen: { ...seen, object }, warnings };
      if (missing !== why) wait.progress?.(`${subject.what}: ${missing}`);
      why = missing;
    }
  } catch (error) {
    if (late.signal.aborted && !signal.aborted && !(error instanceof CoreError))
      return { kind: "late", seen: last, why: withTrouble(context, subject, why), warnings };
    // Nobody is helped by waiting for a write that failed.
    context.writer.queue(wait.target).releaseAll();
    throw CoreError.from(error, `waiting for ${subject.what}`, signal);
  } finally {
    timer.abort();
  }
}

/** What is missing, as far as it was seen, and why nobody could see further. */
export const withTrouble = ({ watch }: Context, { key }: Subject, why: string): string => {
  const trouble = watch.trouble(key);
  return trouble === undefined ? why : `${why}, as far as could be seen (${trouble.replace(/\.$/, "")})`;
};

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

/** The faults of a standing refusal; none where nothing is refused. */
function faultsOf({ ready, spec, name }: AppObject, owner: Culprit): readonly Fault[] {
  if (ready?.status !== "False" || !isDeterministic(ready.message)) return [];
  return parseFaults(ready.message, spec, owner.kind === "cluster" ? owner.name : name);
}

async function isUndone(context: Context, edit: Edit, object: AppObject): Promise<boolean> {
  const platform = await context.platform(new AbortController().signal);
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

const lost = (what: string): CoreError =>
  new CoreError("Lost", `Another writer undid the changes to ${what} ${mostRewrites} times in a row.`, {
    hint: "Find out who else writes to this cluster (console, kubectl, another run) and let only one of them own these settings.",
  });

const label = ({ kind, name }: Culprit): string =>
  `${kind === "nodeGroup" ? "node group" : kind === "addon" ? "add-on" : "cluster"} ${name}`;

const isOwner = (owner: Culprit, { culprit }: Fault): boolean =>
  culprit?.kind === owner.kind && culprit.name === owner.name;

/** The platform's refusal as the error of one owner: where it is his fault, where in his wish; else whose fault it is. */
function refusal(object: AppObject, owner: Culprit): CoreError {
  const message = object.ready?.message ?? "";
  const faults = faultsOf(object, owner);
  const mine = faults.filter((fault) => isOwner(owner, fault));
  const first = mine[0] ?? faults.find(({ culprit }) => culprit !== undefined);
  const says = `The platform says: ${message}`;
  if (mine.length > 0 && first !== undefined) {
    return new CoreError(
      "Refused",
      `The platform refused the settings of ${label(owner)}: ${mine.map(({ text }) => text).join("; ")}. ${says}`,
      {
        path: first.path,
        culprit: owner,
        hint: "Correct the setting and apply again; until then the cluster keeps running as before.",
      },
    );
  }
  if (first?.culprit !== undefined) {
    return new CoreError(
      "Refused",
      `The platform refused the change as a whole because of ${label(first.culprit)}, not because of ${label(owner)}: ${first.text}. ${says}`,
      {
        culprit: first.culprit,
        hint: `Correct ${label(first.culprit)} and apply again; nothing is wrong with ${label(owner)}.`,
      },
    );
  }
  return new CoreError("Refused", `The platform refused the change. ${says}`, {
    hint: "Correct what the platform names and apply again; until then the cluster keeps running as before.",
  });
}

/** Waits for a write's result with the next write of the same object held up, and lets go whatever happens. */
export async function holding<T>(context: Context, target: Target, holder: Holder, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    context.writer.queue(target).release(holder);
  }
}

/** The fields of a Wait that come from a write. */
export const fromWrite = ({
  baseline,
  write,
  after,
}: Written): Pick<Wait, "baseline" | "write" | "uid" | "version"> => ({
  baseline,
  write,
  uid: after.uid,
  version: after.resourceVersion,
});
