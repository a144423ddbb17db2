import { CoreError } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import { ownerLabel } from "../owner.ts";
import type { Baseline } from "./baseline.ts";
import type { Edit, Written } from "./edit.ts";
import type { Holder, Queued } from "./write-queue.ts";

/** One owner's edit that is not written yet. */
export interface PendingWrite extends Queued {
  readonly edit: Edit;
  readonly resolve: (written: Written) => void;
  /** Called with the object as soon as the API has accepted the write, and again where it had to be repeated. */
  readonly accepted: ((object: AppObject) => void) | undefined;
  /** Delays the next write until its owner releases it. */
  readonly holder: Holder | undefined;
  sent: boolean;
  /** The answer to the write; undefined until the API has accepted it. */
  answer: AppObject | undefined;
}

/** An object as it was before the first attempt of a write. */
export interface Beginning {
  readonly before: AppObject;
  baseline: Baseline;
}

/** Rejects a write that was stopped or whose deadline has passed; false for others. */
export function rejectIfExpired(pending: PendingWrite, now: number, lastError: string | undefined): boolean {
  const { edit, signal, deadline } = pending;
  if (signal.aborted) {
    pending.reject(CoreError.from(signal.reason, `writing ${ownerLabel(edit.owner)}`, signal));
    return true;
  }
  if (now < deadline) return false;
  const because = lastError === undefined ? "." : `: ${lastError}`;
  pending.reject(
    new CoreError("Timeout", `The platform did not accept the change of ${ownerLabel(edit.owner)} in time${because}`, {
      summary: "The platform did not accept the change in time",
      hint: "Try again when the platform answers, or wait longer.",
      remedy: { kind: "wait", limit: undefined, until: "the platform answers" },
    }),
  );
  return true;
}

/**
 * Resolves a write that the API has accepted although it was not read back; false for others.
 * @param number counts the writes whose result is waited for.
 */
export function resolveAccepted(
  pending: PendingWrite,
  lastError: string | undefined,
  beginning: Beginning | undefined,
  number: () => number,
): boolean {
  if (pending.answer === undefined || beginning === undefined) return false;
  const { before, baseline } = beginning;
  pending.resolve({ before, after: pending.answer, wrote: true, baseline, unseen: lastError, write: number() });
  return true;
}

/** The signal of a write that has one owner; undefined where there are more, as one must not stop the write of the others. */
export const onlySignal = (pending: readonly PendingWrite[]): AbortSignal | undefined =>
  pending.length === 1 ? pending[0]?.signal : undefined;
