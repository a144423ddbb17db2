import { type Context, clusterSubject, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { Removed } from "../desired/state.ts";
import { type ClusterId, clustersPath } from "../ids.ts";
import { removePools } from "../node-group/remove-pool.ts";
import { type Monitor, monitorsOf } from "../object/monitors.ts";
import type { RemoveOptions } from "../options.ts";
import { untilGone } from "../rollout/delete-object.ts";
import { removeObject } from "../rollout/remove-object.ts";
import { isExpected } from "../rollout/remove-orphans.ts";
import { mendBeforeRemoval } from "./mend-before-removal.ts";

/**
 * Deletes a cluster and waits until it and everything it ran is gone: 404 from both replicas, then no monitors left. Its
 * `KubernetesNodes` objects are deleted first. A cluster that does not exist, or has another uid than `expectUid`, counts as gone.
 */
export async function removeCluster(context: Context, id: ClusterId, options: RemoveOptions): Promise<Removed> {
  const { signal, expectUid } = options;
  const subject = clusterSubject(context, id);
  const own = (monitors: readonly Monitor[]) => monitorsOf(monitors, id.name);
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const object = await retryUntilDeadline(context, options, () => context.reader.cluster(id, signal, true));
    if (object === undefined) {
      // An earlier deletion may have left machines running that are still billed.
      await untilGone(context, subject, "", own, options);
      return { warnings: [] };
    }
    if (!isExpected(object, expectUid)) return { warnings: [] };
    const ofPools = await removePools(context, id, platform, options);
    await mendBeforeRemoval(context, id, object, platform, options);
    const owner = { kind: "cluster", name: id.name } as const;
    const removal = { subject, owner, platform, collection: clustersPath(id.namespace), own };
    return { warnings: [...ofPools, ...(await removeObject(context, removal, object, options))] };
  } catch (error) {
    throw CoreError.from(error, `deleting cluster ${id.name}`, signal);
  } finally {
    context.writer.queue(subject.ref).unseal();
    context.reader.forget(subject.ref);
  }
}
