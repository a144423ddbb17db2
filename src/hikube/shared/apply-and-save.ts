import { CoreError, type CoreErrorCode } from "../../core/core-error.ts";
import type { Converged } from "../../core/desired/state.ts";
import type { ConvergeOptions } from "../../core/options.ts";
import type { ApplyContext, Private } from "../../engine/resource/definition.ts";
import type { Attributes } from "../../schema/declaration.ts";
import type { State } from "../../schema/shape.ts";
import { explain } from "./diagnostics.ts";
import type { Session } from "./session.ts";

/** The part of ConvergeOptions that is the same for all three resources. */
type CommonOptions<S> = Pick<
  ConvergeOptions<never, S>,
  "signal" | "deadline" | "waitFor" | "create" | "accepted" | "progress"
>;

/** Private note: a write was accepted, its end was not seen; the next apply resumes waiting (design §4 rule 7). */
export const pendingNote = "pending";

/**
 * What may end the wait for a new node group or add-on without saying anything of the thing itself: Ctrl-C, a login that ran out, an
 * API that went away. The next apply would destroy what is tainted.
 */
export const memberOutlives: readonly CoreErrorCode[] = ["Stopped", "Denied", "Unreachable"];

/**
 * The same for a new cluster: only Ctrl-C, where Terraform itself fails the run and the next apply goes on without `untaint`. Any
 * other end is an error, so that nothing is built on a cluster that was never ready. A tainted cluster is safe, because a plan that would
 * replace it is refused.
 */
export const clusterOutlives: readonly CoreErrorCode[] = ["Stopped"];

/** Whether a plan goes on with a wait that ended unfinished: an update without a write. */
export const resumesWaiting = (prior: object | null, notes: Private, waitFor: unknown): boolean =>
  prior !== null && notes[pendingNote] === true && waitFor !== "accepted";

/**
 * Converges and keeps the books: the state is saved as soon as the platform accepted the write, an unfinished wait is noted,
 * and a new resource that only suffers from another's mistake, or `outlives` what ended the wait, is kept with a warning, because
 * an error would taint it and the next apply would destroy what is sound.
 */
export async function applyAndSave<A extends Attributes, S extends { readonly ready: boolean }>(
  context: ApplyContext<A, Session>,
  waitFor: string | null,
  stateOf: (observed: S) => State<A>,
  converge: (options: CommonOptions<S>) => Promise<Converged<S>>,
  outlives: readonly CoreErrorCode[] = [],
): Promise<State<A>> {
  const { prior, client, signal, timeoutMs, private: notes, diagnostics, save } = context;
  let saved: State<A> | undefined;
  const remember = (observed: S) => {
    saved = stateOf(observed);
    notes[pendingNote] = true;
    save(saved);
  };
  try {
    const converged = await converge({
      signal,
      deadline: client.clock.now() + timeoutMs,
      waitFor: waitFor === "accepted" ? "accepted" : "ready",
      create: prior === null,
      accepted: remember,
      progress: (message) => client.log("info", message),
    });
    for (const { summary, detail, resumable } of converged.warnings) {
      const next = resumable ? " Terraform continues; the next apply waits again." : "";
      diagnostics.warning(summary, `${detail}${next}`);
    }
    if (converged.ready || converged.over === true || waitFor === "accepted") delete notes[pendingNote];
    else notes[pendingNote] = true;
    return stateOf(converged);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    if (error.partial !== undefined) remember(error.partial as S);
    const othersFault = error.culprit !== undefined && error.path === undefined;
    if (prior === null && saved !== undefined && (othersFault || outlives.includes(error.code))) {
      const diagnostic = explain(error);
      if (diagnostic !== undefined) diagnostics.add({ ...diagnostic, severity: "warning" });
      return saved;
    }
    throw error;
  }
}
