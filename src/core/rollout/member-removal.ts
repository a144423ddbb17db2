import { sentence, withoutPeriod } from "../../base/sentence.ts";
import { CoreError } from "../core-error.ts";
import type { Notice, Removed } from "../desired/state.ts";
import type { Outcome } from "./wait.ts";

/** Determines the result of removing a node group or add-on, before and after the platform has accepted the removal. */
export class MemberRemoval {
  readonly done: Removed = { warnings: [] };
  private readonly what: string;
  private isAccepted = false;

  /** @param what e.g. `Node group web of cluster prod`. */
  constructor(what: string) {
    this.what = what;
  }

  /** Called when the platform has stored the removal: a later failure concerns the whole cluster. */
  readonly accepted = (): void => {
    this.isAccepted = true;
  };

  /** Returns the result of a completed wait. Throws CoreError Timeout if it is late without a failure. */
  end(outcome: Outcome | undefined): Removed {
    if (outcome === undefined) return this.done;
    const { warnings } = outcome;
    if (outcome.kind === "done") return { warnings };
    if (outcome.failure === undefined) throw stillThere(this.what, outcome.why);
    return { warnings: [...warnings, this.notRolledOut(outcome.why)] };
  }

  /** Returns the result of a removal that threw, or throws the error. */
  failed(error: CoreError): Removed {
    // The cluster, including this part, was deleted meanwhile.
    if (error.code === "NotFound" || error.code === "Replaced" || error.code === "Deleting") return this.done;
    if (error.code === "Refused" && this.isAccepted) return { warnings: [this.notRolledOut(error.message)] };
    throw error;
  }

  private notRolledOut(why: string): Notice {
    return {
      summary: `${this.what} is not uninstalled yet`,
      detail:
        `${this.what} was removed from the cluster's settings, but the platform does not roll the change out: ${withoutPeriod(why)}. ` +
        "What it runs is removed when that is corrected, or with the cluster.",
    };
  }
}

/** Returns the error of a removal that was not completed before the deadline. */
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
