import { type AppObject, type Condition, releaseNumber } from "../object/app-object.ts";

/** The condition Ready before a write; an unchanged condition contains no information about the write (platform.md §7.1). */
interface ConditionBefore {
  readonly text: string;
  readonly transition: string;
  readonly failed: boolean;
}

/**
 * Determines which observations count as the result of a write.
 *
 * - `unwritten`: nothing was written, or the write created the object. Any success counts.
 * - `pending`: an action was in progress, or none had begun. The next release may have been rendered before the write.
 * - `settled`: a success with a release number above `release` counts.
 * - `metadata`: only labels or annotations were written. A release follows only if the patch stored defaults.
 * - `reconciled`: a neutral change was made to clear the previous failure. The same failure, reported again, counts.
 */
export type Baseline = { readonly at: number; readonly before: ConditionBefore } & (
  | { readonly kind: "unwritten" | "pending" | "reconciled" }
  | { readonly kind: "settled" | "metadata"; readonly release: number | undefined }
);

const conditionOf = (ready: Condition | undefined): ConditionBefore => ({
  text: ready?.message ?? "",
  transition: ready?.lastTransitionTime ?? "",
  failed: ready?.status === "False",
});

/** @param at clock ms. */
export const unwritten = (object: AppObject | undefined, at: number): Baseline => ({
  kind: "unwritten",
  at,
  before: conditionOf(object?.ready),
});

/** Returns the baseline of a write to `object` that changes its spec, or only its metadata. */
export function baselineOf({ ready }: AppObject, at: number, changes: "spec" | "metadata"): Baseline {
  const before = conditionOf(ready);
  if (ready === undefined || ready.status === "Unknown") return { kind: "pending", at, before };
  const release = ready.status === "True" ? releaseNumber(ready.message) : undefined;
  return { kind: changes === "spec" ? "settled" : "metadata", at, before, release };
}

export const reconciled = ({ ready }: AppObject, at: number): Baseline => ({
  kind: "reconciled",
  at,
  before: { ...conditionOf(ready), failed: true },
});
