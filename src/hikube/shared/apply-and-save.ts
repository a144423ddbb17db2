import { CoreError, type CoreErrorCode } from "../../core/core-error.ts";
import type { Converged } from "../../core/desired/state.ts";
import type { ConvergeOptions } from "../../core/options.ts";
import { retiredDiskKey } from "../../core/platform/groups.ts";
import type { ApplyContext, PlanContext, Private } from "../../engine/resource/definition.ts";
import type { Attributes } from "../../schema/declaration.ts";
import type { State } from "../../schema/shape.ts";
import { explain } from "./diagnostics.ts";
import type { Session } from "./session.ts";

/** The converge options common to all three resources. */
type CommonOptions<S> = Pick<
  ConvergeOptions<never, S>,
  "signal" | "deadline" | "waitFor" | "create" | "accepted" | "progress"
>;

/** Private note: a write was accepted but its wait did not complete; the next apply resumes it (design §4 rule 7). */
export const pendingNote = "pending";

/** Private note: the stored object has a key that the platform refuses since its upgrade; the next apply removes it. */
export const outdatedNote = "outdated";

/** Notes at a read whether the next apply has to remove a key that the platform refuses. */
export function noteOutdated(notes: Private, outdated = false): void {
  if (outdated) notes[outdatedNote] = true;
  else delete notes[outdatedNote];
}

/** Whether a plan removes such a key, and a warning that says so. */
export function removesOutdatedKey(
  {
    prior,
    private: notes,
    diagnostics,
  }: Pick<PlanContext<Attributes, Session>, "private" | "diagnostics"> & { readonly prior: object | null },
  what: string,
): boolean {
  if (prior === null || notes[outdatedNote] !== true) return false;
  diagnostics.warning(
    "An upgrade of the platform left a key that it refuses",
    `${what} has \`${retiredDiskKey}\` beside \`diskSize\` in the cluster object. The platform rolls out no change of the cluster while the ` +
      "key is there; this apply removes it.",
  );
  return true;
}

/**
 * Errors that can end the wait for a new node group or add-on although the object itself is fine: Ctrl-C, an expired login, an
 * unreachable API. If they failed the apply, the next one would destroy the tainted object.
 */
export const memberOutlives: readonly CoreErrorCode[] = ["Stopped", "Denied", "Unreachable"];

/**
 * The same for a new cluster: only Ctrl-C, where Terraform itself fails the run and the next apply continues without `untaint`. Every
 * other failure is an error, so that nothing is created on a cluster that was never ready. A tainted cluster is safe, because a plan
 * that would replace it is rejected.
 */
export const clusterOutlives: readonly CoreErrorCode[] = ["Stopped"];

/** Whether a plan resumes an incomplete wait: an update without a write. */
export const resumesWaiting = (prior: object | null, notes: Private, waitFor: unknown): boolean =>
  prior !== null && notes[pendingNote] === true && waitFor !== "accepted";

/**
 * Converges and records the progress: the state is saved as soon as the platform has accepted the write, and an incomplete wait is
 * noted. A new resource that fails because of another resource, or with an error in `outlives`, is kept with a warning: an error would
 * taint it, and the next apply would destroy it.
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
    delete notes[outdatedNote];
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
    const kept = saved ?? prior;
    // The resource of the other group may correct it later in this run, after this one.
    if (error.remedy?.kind === "retiredKey" && kept !== null) return keptWithWarning(context, error, kept);
    const othersFault = error.culprit !== undefined && error.path === undefined;
    if (prior === null && saved !== undefined && (othersFault || outlives.includes(error.code))) {
      return keptWithWarning(context, error, saved);
    }
    throw error;
  }
}

/** Reports an error as a warning, and keeps the state; the next apply waits again. */
function keptWithWarning<A extends Attributes>(
  { private: notes, diagnostics }: ApplyContext<A, Session>,
  error: CoreError,
  state: State<A>,
): State<A> {
  const diagnostic = explain(error);
  if (diagnostic !== undefined) diagnostics.add({ ...diagnostic, severity: "warning" });
  notes[pendingNote] = true;
  return state;
}
