import { type Context, readOnce, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import type { ClusterState, Converged, Notice } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import type { ConvergeOptions, ObserveClusterOptions } from "../options.ts";
import { diagnose, headline, notReady, waited } from "../rollout/diagnose.ts";
import { deletedMeanwhile, type Outcome } from "../rollout/wait.ts";
import { observeCluster } from "./observe.ts";

/** `began`: start of the converge, clock ms. */
export type ClusterOptions = ConvergeOptions<ClusterDesired, ClusterState> & { readonly began: number };

/** Returns the result after a wait, or after the acceptance if `waitFor` is `accepted`. */
export async function finish(
  context: Context,
  id: ClusterId,
  options: ClusterOptions,
  outcome: Outcome | undefined,
  warnings: readonly Notice[],
): Promise<Converged<ClusterState>> {
  if (outcome?.kind === "late") throw await timeout(context, id, options, outcome.why);
  const { signal } = options;
  const how: ObserveClusterOptions = outcome === undefined ? { signal, tenantInfo: "skip" } : { signal, fresh: true };
  const state = await retryUntilDeadline(context, options, () => observeCluster(context, id, how));
  if (state === undefined) throw deletedMeanwhile(`cluster ${id.name}`);
  return { ...state, warnings: [...(outcome?.warnings ?? []), ...warnings] };
}

async function timeout(context: Context, id: ClusterId, options: ClusterOptions, why: string): Promise<CoreError> {
  const known = await readOnce(context, (signal) => observeCluster(context, id, { signal, fresh: true }));
  // Runs after the read; if the read failed, the diagnosis contains the reason.
  const diagnosis = await diagnose(context, id);
  const after = `After ${waited({ began: options.began, options })} ${notReady(`cluster ${id.name}`, why)}`;
  const work = options.create ? "installation" : "change";
  return new CoreError("Timeout", `${after} ${diagnosis}`.trim(), {
    summary: headline(`cluster ${id.name}`),
    hint: `The ${work} continues in the background.`,
    remedy: { kind: "wait", limit: options.create ? "create" : "update" },
    ...(known === undefined ? {} : { partial: known }),
  });
}
