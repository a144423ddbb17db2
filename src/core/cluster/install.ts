import { type Context, clusterSubject } from "../context.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import type { ClusterState, Converged } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import { ClusterReadiness } from "../rollout/cluster-readiness.ts";
import { awaitWrite } from "../rollout/wait.ts";
import { unwritten } from "../write/baseline.ts";
import { createCluster } from "./create.ts";
import { convergeDefaultPool } from "./default-pool.ts";
import { type ClusterOptions, finish } from "./wait.ts";

/** Creates a cluster and waits until it is ready. */
export async function installCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: ClusterOptions,
  accepted: (object: AppObject) => void,
): Promise<Converged<ClusterState>> {
  const created = await createCluster(context, id, desired, platform, options);
  accepted(created);
  await convergeDefaultPool(context, id, desired, platform, options);
  if (options.waitFor === "accepted") return await finish(context, id, options, undefined, []);
  const version = desired.version !== undefined;
  const readiness = new ClusterReadiness(context, id, { signal: options.signal, version, mustAnswer: false });
  const outcome = await awaitWrite(context, {
    ...options,
    baseline: unwritten(undefined, context.clock.now()),
    write: 0,
    uid: created.uid,
    version: created.resourceVersion,
    edit: undefined,
    subject: clusterSubject(context, id),
    owner: { kind: "cluster", name: id.name },
    stages: [{ missing: (seen) => readiness.missing(seen) }],
  });
  return await finish(context, id, options, outcome, readiness.warnings);
}
