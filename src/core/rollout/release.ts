import { type Condition, releaseNumber } from "../object/app-object.ts";
import type { Timings } from "../timings.ts";
import type { Baseline } from "../write/baseline.ts";
import { isDeterministic } from "./faults.ts";

export type Verdict =
  | { readonly kind: "waiting"; readonly why: string }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly message: string }
  /** An old failure remains although its cause is repaired: the platform does not retry by itself (platform.md §7.1). */
  | { readonly kind: "stuck"; readonly message: string };

/** State of one waiter between two observations. */
export interface Trail {
  text: string;
  transition: string;
  /** Last change of the condition, clock ms. */
  since: number;
  /** How often the message from before the write was reported again. */
  repeated: number;
  /** Number of the first release observed as successful. */
  firstRelease: number | undefined;
}

export const newTrail = ({ before, at }: Baseline): Trail => ({
  text: before.text,
  transition: before.transition,
  since: at,
  repeated: 0,
  firstRelease: undefined,
});

/** Whether the platform reports a failure that it did not report before the write. */
export const isNewFailure = (ready: Condition | undefined, { before }: Baseline): boolean =>
  ready?.status === "False" && !isUnchanged(ready, before);

const isUnchanged = ({ message, lastTransitionTime }: Condition, before: Baseline["before"]): boolean =>
  message === before.text && lastTransitionTime === before.transition;

/**
 * Determines the result of a write. A success is identified by its release number; a failure contains none and counts if it is newer
 * than the write.
 * @param now clock ms.
 * @param repaired whether the faults in the failure message are certainly corrected.
 */
export function judgeRelease(
  baseline: Baseline,
  trail: Trail,
  ready: Condition | undefined,
  now: number,
  timings: Pick<Timings, "forceReconcileAfterMs" | "quietMs" | "unmovedMs">,
  repaired = false,
): Verdict {
  follow(trail, baseline, ready, now);
  const stood = now - trail.since;
  if (ready === undefined) return { kind: "waiting", why: "the platform has not begun yet" };
  if (ready.status === "True") return judgeSuccess(baseline, trail, ready, stood, timings);
  if (ready.status !== "False") return { kind: "waiting", why: ready.message || "the platform is working" };
  return judgeFailure(baseline, trail, ready, stood >= timings.forceReconcileAfterMs, repaired);
}

function follow(trail: Trail, { before }: Baseline, ready: Condition | undefined, now: number): void {
  const text = ready?.message ?? "";
  const transition = ready?.lastTransitionTime ?? "";
  if (text === trail.text && transition === trail.transition) return;
  trail.text = text;
  trail.transition = transition;
  trail.since = now;
  if (ready?.status === "False" && text === before.text) trail.repeated++;
}

function judgeFailure(
  { kind, before }: Baseline,
  trail: Trail,
  ready: Condition,
  hasStoodLong: boolean,
  repaired: boolean,
): Verdict {
  const { message } = ready;
  const unchanged = isUnchanged(ready, before);
  if (!isDeterministic(message)) {
    // A Helm timeout while a control plane starts is normal and retried (platform.md §1.10). A failure that never changes is stuck.
    const isStuck = before.failed && kind !== "reconciled" && unchanged && hasStoodLong;
    return isStuck ? { kind: "stuck", message } : { kind: "waiting", why: message };
  }
  if (kind === "reconciled") {
    if (unchanged || repaired) return { kind: "waiting", why: "waiting for the old failure to clear" };
    return { kind: "refused", message };
  }
  // The same message can come from an attempt that began before the write; the second occurrence counts.
  const isNew = message !== before.text || trail.repeated >= 2;
  if (isNew && !repaired) return { kind: "refused", message };
  if (hasStoodLong) return { kind: "stuck", message };
  return { kind: "waiting", why: "waiting for an earlier failure to clear" };
}

function judgeSuccess(
  baseline: Baseline,
  trail: Trail,
  ready: Condition,
  stood: number,
  { quietMs, unmovedMs }: Pick<Timings, "quietMs" | "unmovedMs">,
): Verdict {
  if (baseline.kind === "unwritten") return { kind: "done" };
  const release = releaseNumber(ready.message);
  if (baseline.kind === "pending") {
    trail.firstRelease ??= release;
    // The action in progress at the write ended with the first release; the next release was rendered after the write.
    const isLater = release !== undefined && trail.firstRelease !== undefined && release > trail.firstRelease;
    if (isLater || stood >= quietMs) return { kind: "done" };
    return { kind: "waiting", why: "waiting whether another release follows" };
  }
  const former = "release" in baseline ? baseline.release : undefined;
  const isNewer =
    former !== undefined && release !== undefined ? release > former : !isUnchanged(ready, baseline.before);
  if (isNewer || stood >= (baseline.kind === "metadata" ? quietMs : unmovedMs)) return { kind: "done" };
  return { kind: "waiting", why: "the platform has not taken up the change yet" };
}
