import { CoreError } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Baseline } from "../rollout/release.ts";
import type { Edit, Target, Written } from "./edit.ts";
import type { Holder, Queued } from "./write-queue.ts";

/** One owner's edit on its way to the platform. */
export interface Entry extends Queued {
  readonly edit: Edit;
  readonly target: Target;
  readonly deadline: number;
  readonly resolve: (written: Written) => void;
  readonly accepted: ((object: AppObject) => void) | undefined;
  /** Holds up the next write until its owner releases it. */
  readonly holder: Holder | undefined;
  sent: boolean;
  /** The answer to the write; undefined until the API has accepted it. */
  taken: AppObject | undefined;
}

/** What an object was like before the first try of a write. */
export interface Beginning {
  readonly before: AppObject;
  baseline: Baseline;
}

/**
 * Whether an entry is to be tried on. One that is stopped or too late is settled: with what the API has accepted of it, else with an error.
 * @param beginning undefined before the first try.
 * @param number counts the writes whose result somebody waits for.
 */
export function isWanted(
  entry: Entry,
  now: number,
  trouble: string | undefined,
  beginning: Beginning | undefined,
  number: () => number,
): boolean {
  if (entry.signal.aborted) {
    entry.settle(CoreError.from(entry.signal.reason, `writing ${entry.edit.owner}`, entry.signal));
    return false;
  }
  if (now < entry.deadline) return true;
  if (answerTaken(entry, trouble, beginning, number)) return false;
  const because = trouble === undefined ? "." : `: ${trouble}`;
  entry.settle(
    new CoreError("Timeout", `The platform did not accept the change (${entry.edit.owner}) in time${because}`, {
      summary: "The platform did not accept the change in time",
      hint: "Apply again when the platform answers, or set a longer timeout in `timeouts`.",
    }),
  );
  return false;
}

/** Answers an entry whose write was accepted, though it was not seen to hold; false for others. */
export function answerTaken(
  entry: Entry,
  trouble: string | undefined,
  beginning: Beginning | undefined,
  number: () => number,
): boolean {
  if (entry.taken === undefined || beginning === undefined) return false;
  const { before, baseline } = beginning;
  entry.resolve({ before, after: entry.taken, wrote: true, baseline, unseen: trouble, write: number() });
  return true;
}

/** The signal of a write that has one owner; where there are more, nobody may cut it short for the others. */
export const onlySignal = (entries: readonly Entry[]): AbortSignal | undefined =>
  entries.length === 1 ? entries[0]?.signal : undefined;
