import { withoutPeriod } from "../../base/sentence.ts";
/** What a finding is about, in the order of the report. */
export type Check = "proxy" | "connection" | "certificate" | "clock" | "login" | "rights" | "platform" | "cluster";

/** `skipped`: not checked, because something before it failed. */
export type FindingStatus = "ok" | "warning" | "problem" | "skipped";

/** The result of one check. */
export interface Finding {
  readonly check: Check;
  readonly status: FindingStatus;
  /** One sentence without a full stop at its end. */
  readonly text: string;
  /** Further sentences, one a line. */
  readonly details?: readonly string[];
  /** What to do. */
  readonly advice?: string | undefined;
}

const finding =
  (status: FindingStatus) =>
  (check: Check, text: string, more: Pick<Finding, "details" | "advice"> = {}): Finding => ({
    check,
    status,
    text: withoutPeriod(text),
    ...more,
  });

export const ok = finding("ok");
export const warning = finding("warning");
export const problem = finding("problem");
export const skipped = finding("skipped");
