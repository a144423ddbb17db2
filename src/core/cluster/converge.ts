import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import type { ClusterState, Converged } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { ConvergeOptions } from "../options.ts";
import { clusterState } from "../read/observe.ts";
import { changeCluster } from "./change.ts";
import { installCluster } from "./install.ts";
import { planVersion } from "./version-plan.ts";
import type { ClusterOptions } from "./wait.ts";

/** Applies the desired settings of a cluster and waits according to `waitFor`. Throws CoreError. */
export async function convergeCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  given: ConvergeOptions<ClusterDesired, ClusterState>,
): Promise<Converged<ClusterState>> {
  let partial: ClusterState | undefined;
  const { signal } = given;
  const options: ClusterOptions = { ...given, began: context.clock.now() };
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const accepted = (object: AppObject) => {
      partial = clusterState(id, object, [], platform);
      options.accepted?.(partial);
    };
    const plan = await planVersion(context, id, desired, options);
    return options.create
      ? await installCluster(context, id, desired, platform, options, accepted)
      : await changeCluster(context, id, desired, plan, platform, options, accepted);
  } catch (error) {
    const known = CoreError.from(error, `converging cluster ${id.name}`, signal);
    throw known.withPartial(partial);
  }
}
