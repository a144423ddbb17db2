import { sentence } from "../../base/sentence.ts";
import { CoreError } from "../core-error.ts";
import type { Notice, Removed } from "../desired/state.ts";
import type { Outcome } from "./wait.ts";

/** How the removal of one part of a cluster ends, from the moment when the platform has accepted it. */
export class MemberRemoval {
  readonly done: Removed = { warnings: [] };
  private readonly what: string;
  private isAccepted = false;

  /** @param what e.g. `Node group web of cluster prod`. */
  constructor(what: string) {
    this.what = what;
  }

  /** The platform has stored it: a later failure concerns all parts of the cluster. */
  readonly accepted = (): void => {
    this.isAccepted = true;
  };

  /** Throws CoreError Timeout where it is late although nothing fails. */
  end(outcome: Outcome | undefined): Removed {
    if (outcome === undefined) return this.done;
    const { warnings } = outcome;
    if (outcome.kind === "done") return { warnings };
    if (outcome.failure === undefined) throw stillThere(this.what, outcome.why);
    return { warnings: [...warnings, this.notRolledOut(outcome.why)] };
  }

  /** The end of a removal that threw. */
  failed(error: CoreError): Removed {
    // The cluster was deleted meanwhile, and this with it.
    if (error.code === "NotFound" || error.code === "Replaced" || error.code === "Deleting") return this.done;
    if (error.code === "Refused" && this.isAccepted) return { warnings: [this.notRolledOut(error.message)] };
    throw error;
  }

  private notRolledOut(why: string): Notice {
    return {
      summary: `${this.what} is not uninstalled yet`,
      detail:
        `${this.what} was removed from the cluster's settings, but the platform does not roll the change out: ${why.replace(/\.$/, "")}. ` +
        "What it runs is removed when that is corrected, or with the cluster.",
    };
  }
}

/** The error of a removal whose end was not seen before the deadline. */
export const stillThere = (
  what: string,
  why: string,
  {
    hint = "The deletion continues in the background.",
    until,
  }: { readonly hint?: string; readonly until?: string } = {},
): CoreError =>
  new CoreError("Timeout", `${sentence(what)} is not deleted yet: ${why}.`, {
    summary: `${sentence(what)} is not deleted yet`,
    hint,
    remedy: { kind: "wait", limit: "delete", ...(until === undefined ? {} : { until }) },
  });
