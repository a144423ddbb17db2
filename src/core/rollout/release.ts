import type { Settle } from "../context.ts";
import { type AppObject, type Condition, releaseNumber } from "../object/app-object.ts";
import { isDeterministic } from "./faults.ts";

/** What the Ready condition said before a write: whatever still says so says nothing about the write (platform.md §7.1). */
export interface Baseline {
  /** When the wait began, clock ms. */
  readonly at: number;
  /** Nothing was written, or the object was created by the write: any result counts. */
  readonly any: boolean;
  /** An action was under way, or none had begun: the next release may have been rendered before the write. */
  readonly ambiguous: boolean;
  readonly release: number | undefined;
  readonly text: string;
  readonly transition: string;
  readonly failed: boolean;
  /** Only labels or annotations were written: a release follows only where defaults were stored along with them. */
  readonly maybeNone?: true;
  /** A neutral change was made to clear this failure: should it be said anew, it is true. */
  readonly healed?: true;
}

/** The baseline of a write made on `object`; `undefined` for one that created it. */
export function baselineOf(object: AppObject | undefined, at: number, wrote: boolean): Baseline {
  const ready = object?.ready;
  return {
    at,
    any: object === undefined || !wrote,
    ambiguous: object !== undefined && wrote && (ready === undefined || ready.status === "Unknown"),
    release: ready?.status === "True" ? releaseNumber(ready.message) : undefined,
    text: ready?.message ?? "",
    transition: ready?.lastTransitionTime ?? "",
    failed: ready?.status === "False",
  };
}

export type Verdict =
  | { readonly kind: "waiting"; readonly why: string }
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly message: string }
  /** An old failure stands although everything was repaired: it stays for ever unless something changes (platform.md §7.1). */
  | { readonly kind: "stuck"; readonly message: string };

/** What one waiter remembers between two observations. */
export interface Trail {
  text: string;
  transition: string;
  /** Since when the condition reads so. */
  since: number;
  /** How often the text that stood before the write was seen to be said anew. */
  repeated: number;
  /** Number of the first release that was seen to succeed. */
  firstRelease: number | undefined;
}

export const newTrail = (baseline: Baseline): Trail => ({
  text: baseline.text,
  transition: baseline.transition,
  since: baseline.at,
  repeated: 0,
  firstRelease: undefined,
});

/** Whether the platform reports a failure that did not stand so before the write. */
export const isNewFailure = (ready: Condition | undefined, { text, transition }: Baseline): boolean =>
  ready?.status === "False" && (ready.message !== text || ready.lastTransitionTime !== transition);

/**
 * Whether the result of a write is known. The release number is the honest signal; failures carry none and count when they are
 * newer than the write. `healAfterMs` is how long an old failure may stand before it is called stuck, `quietMs` how long a success
 * must stand that may belong to the release before. `repaired`: what the failure names is certainly in order by now.
 */
export function judgeRelease(
  baseline: Baseline,
  trail: Trail,
  ready: Condition | undefined,
  now: number,
  { healAfterMs, quietMs, unmovedMs }: Pick<Settle, "healAfterMs" | "quietMs" | "unmovedMs">,
  repaired = false,
): Verdict {
  const text = ready?.message ?? "";
  const transition = ready?.lastTransitionTime ?? "";
  const moved = text !== trail.text || transition !== trail.transition;
  if (moved) {
    trail.text = text;
    trail.transition = transition;
    trail.since = now;
    if (ready?.status === "False" && text === baseline.text) trail.repeated++;
  }
  const stood = now - trail.since;
  const unchanged = text === baseline.text && transition === baseline.transition;
  if (ready === undefined) return { kind: "waiting", why: "the platform has not begun yet" };
  if (ready.status === "True") return judgeSuccess(baseline, trail, ready, stood, unchanged, { quietMs, unmovedMs });
  if (ready.status !== "False") return { kind: "waiting", why: ready.message || "the platform is working" };
  if (!isDeterministic(text)) {
    // A timeout of Helm while a control plane starts is normal and tried again (platform.md §1.10). One that never moves is stuck too.
    if (baseline.failed && baseline.healed === undefined && unchanged && stood >= healAfterMs)
      return { kind: "stuck", message: text };
    return { kind: "waiting", why: text };
  }
  if (baseline.healed) {
    if (unchanged || repaired) return { kind: "waiting", why: "waiting for the old failure to clear" };
    return { kind: "refused", message: text };
  }
  // The same words again may come from an attempt that began before the write: believe the second one.
  const said = text !== baseline.text || trail.repeated >= 2;
  if (said && !repaired) return { kind: "refused", message: text };
  if (stood >= healAfterMs) return { kind: "stuck", message: text };
  return { kind: "waiting", why: "an earlier failure still stands" };
}

function judgeSuccess(
  baseline: Baseline,
  trail: Trail,
  ready: Condition,
  stood: number,
  unchanged: boolean,
  { quietMs, unmovedMs }: Pick<Settle, "quietMs" | "unmovedMs">,
): Verdict {
  if (baseline.any) return { kind: "done" };
  const release = releaseNumber(ready.message);
  if (baseline.ambiguous) {
    trail.firstRelease ??= release;
    // Whatever was under way at the write ended with the first release: the next one was rendered after it.
    const isLater = release !== undefined && trail.firstRelease !== undefined && release > trail.firstRelease;
    if (isLater || stood >= quietMs) return { kind: "done" };
    return { kind: "waiting", why: "waiting whether another release follows" };
  }
  if (baseline.release !== undefined && release !== undefined) {
    if (release > baseline.release) return { kind: "done" };
  } else if (!unchanged) return { kind: "done" };
  if (stood >= (baseline.maybeNone ? quietMs : unmovedMs)) return { kind: "done" };
  return { kind: "waiting", why: "the platform has not taken up the change yet" };
}
