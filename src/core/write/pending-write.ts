import { CoreError } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import { ownerLabel } from "../owner.ts";
import type { Baseline } from "./baseline.ts";
import type { Edit, Written } from "./edit.ts";
import type { Queued } from "./write-queue.ts";

/** One owner's edit that is not written yet. */
export interface PendingWrite extends Queued {
  readonly edit: Edit;
  readonly resolve: (written: Written) => void;
  /** Called with the object as soon as the API has accepted the write, and again if the write was repeated. */
  readonly accepted: ((object: AppObject) => void) | undefined;
  sent: boolean;
  /** The response to the write; undefined until the API has accepted it. */
  answer: AppObject | undefined;
}

/** The state before the first attempt of a write. */
export interface Beginning {
  readonly before: AppObject;
  baseline: Baseline;
}

/** Rejects a write that was aborted or whose deadline has passed; returns false for others. */
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
 * Resolves a write that the API has accepted although it was not read back; returns false for others.
 * @param number returns the next number of a write whose result is awaited.
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

/** Returns the signal of a write with one owner; undefined for several owners, because one must not abort the write of the others. */
export const onlySignal = (pending: readonly PendingWrite[]): AbortSignal | undefined =>
  pending.length === 1 ? pending[0]?.signal : undefined;
