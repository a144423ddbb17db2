import type { Json } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { type Context, poolSubject, readOnce, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import type { Converged, NodeGroupState } from "../desired/state.ts";
import { clusterOf, clusterRef, type NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor } from "../object/monitors.ts";
import type { ConvergeOptions } from "../options.ts";
import { type Owner, ownerLabel } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import { liveGroup, nodeGroupState } from "../read/observe.ts";
import { findPool } from "../read/pools.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import { awaitWrite, fromWrite, type Outcome, type Stage } from "../rollout/wait.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import { unwritten } from "../write/baseline.ts";
import { replaced } from "../write/edit.ts";
import { createPool } from "./create-pool.ts";
import { groupEdit, poolEdit } from "./edit.ts";
import { observeNodeGroup } from "./observe.ts";

/** With the time when the converge began, clock ms. */
type Options = ConvergeOptions<NodeGroupDesired, NodeGroupState> & { readonly began: number };

const ownerOf = ({ name }: NodeGroupId): Owner => ({ kind: "nodeGroup", name });

/** The group will be converged at once: pending writes of its cluster wait a moment for it. */
export const announceNodeGroup = ({ writer }: Context, id: NodeGroupId): void =>
  writer.announce(clusterRef(clusterOf(id)), ownerOf(id));

/** Makes a node group as desired, and waits as long as asked. One that is slow ends in a warning, not an error (design rule 7). */
export async function convergeNodeGroup(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  given: ConvergeOptions<NodeGroupDesired, NodeGroupState>,
): Promise<Converged<NodeGroupState>> {
  let partial: NodeGroupState | undefined;
  const { signal } = given;
  const options: Options = {
    ...given,
    began: context.clock.now(),
    accepted: (state) => {
      partial = state;
      given.accepted?.(state);
    },
  };
  try {
    const { platform, cluster, pool } = await homeOf(context, id, options);
    const inSpec = liveGroup(cluster, id, platform) !== undefined;
    if (inSpec || (pool === undefined && platform.nodeGroupsInSpec))
      return await convergeInSpec(context, id, desired, options);
    if (pool === undefined) return await convergeNewPool(context, id, desired, platform, cluster, options);
    return await convergePool(context, id, desired, pool, cluster, options);
  } catch (error) {
    const known = CoreError.from(error, `converging node group ${id.name} of cluster ${id.cluster}`, signal);
    throw partial === undefined || known.partial !== undefined ? known : known.withPartial(partial);
  }
}

/** The cluster of a group, and the group's own object where it has one. Throws CoreError NotFound, Replaced. */
async function homeOf(context: Context, id: NodeGroupId, options: Options) {
  const { signal, expectUid } = options;
  const { reader } = context;
  const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
  const cluster = await retryUntilDeadline(context, options, () => reader.cluster(clusterOf(id), signal));
  if (cluster === undefined) {
    throw new CoreError("NotFound", `Cluster ${id.cluster} does not exist in namespace ${id.namespace}.`, {
      hint: "Create the cluster first, or correct the id of the cluster.",
    });
  }
  if (expectUid !== undefined && cluster.uid !== expectUid) throw replaced(cluster);
  const pool = await retryUntilDeadline(context, options, () => findPool(reader, platform, id, signal));
  return { platform, cluster, pool };
}

async function convergeInSpec(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  options: Options,
): Promise<Converged<NodeGroupState>> {
  const stateOf = (object: AppObject) => nodeGroupState(id, "cluster", object, object.uid, []);
  const edit = groupEdit(id, desired, options);
  const { written, outcome } = await writeAndWait(context, clusterOf(id), edit, {
    ...options,
    accepted: (object) => options.accepted?.(stateOf(object)),
    stages: [nodesRun(id, (object) => valueAt(object.spec, ["nodeGroups", id.name]))],
  });
  return await finish(context, stateOf(written.after), options, outcome);
}

async function convergeNewPool(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  platform: Platform,
  cluster: AppObject,
  options: Options,
): Promise<Converged<NodeGroupState>> {
  const object = await createPool(context, platform, id, desired, cluster, options);
  const baseline = unwritten(undefined, context.clock.now());
  const { uid, resourceVersion: version } = object;
  return await awaitPool(context, id, object, cluster, options, { baseline, write: 0, uid, version, edit: undefined });
}

async function convergePool(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  pool: AppObject,
  cluster: AppObject,
  options: Options,
): Promise<Converged<NodeGroupState>> {
  const { signal, deadline } = options;
  const { ref } = poolSubject(context, id);
  const edit = poolEdit(id, pool, desired, options);
  const written = await context.writer.submit(ref, edit, { signal, deadline });
  context.watch.poke(ref);
  return await awaitPool(context, id, written.after, cluster, options, { ...fromWrite(written), edit });
}

async function awaitPool(
  context: Context,
  id: NodeGroupId,
  object: AppObject,
  cluster: AppObject,
  options: Options,
  wait: Omit<Parameters<typeof awaitWrite>[1], "subject" | "owner" | "stages" | keyof Options>,
): Promise<Converged<NodeGroupState>> {
  const state = nodeGroupState(id, "KubernetesNodes", object, cluster.uid, []);
  options.accepted?.(state);
  if (options.waitFor === "accepted") return await finish(context, state, options, undefined);
  const outcome = await awaitWrite(context, {
    ...options,
    ...wait,
    subject: poolSubject(context, id),
    owner: ownerOf(id),
    stages: [nodesRun(id, ({ spec }) => spec)],
  });
  return await finish(context, state, options, outcome);
}

/** A group is ready when a monitor of its own counts enough running VMs. */
const nodesRun = (id: NodeGroupId, specOf: (object: AppObject) => Json | undefined): Stage => ({
  missing: async ({ object, monitors }) => {
    const monitor = groupMonitor(monitors, id);
    if (monitor === undefined || monitor.deleting) return `waiting for node group ${id.name} to appear`;
    const wanted = valueAt(specOf(object), ["minReplicas"]);
    const least = typeof wanted === "number" ? wanted : 0;
    const running = monitor.availableReplicas ?? 0;
    if (running >= least) return undefined;
    return `node group ${id.name}: ${running} of ${least} nodes run`;
  },
});

/** The result of a wait; at the deadline with what was observed or is `known`, as an error would cost a new group its machines. */
async function finish(
  context: Context,
  known: NodeGroupState,
  options: Options,
  outcome: Outcome | undefined,
): Promise<Converged<NodeGroupState>> {
  const { id, backend, clusterUid } = known;
  if (outcome === undefined) {
    const seen = await readOnce(context, (signal) => observeNodeGroup(context, id, { signal }));
    return { ...(seen ?? known), warnings: [] };
  }
  const { seen, warnings } = outcome;
  const object = seen?.object;
  const exists = backend !== "cluster" || valueAt(object?.spec, ["nodeGroups", id.name]) !== undefined;
  const state =
    object === undefined || !exists ? known : nodeGroupState(id, backend, object, clusterUid, seen?.monitors ?? []);
  if (outcome.kind === "done") return { ...state, ready: true, status: "ready", warnings };
  const { began } = options;
  const what = ownerLabel(ownerOf(id));
  const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, group: id.name });
  return { ...state, ready: false, warnings: [...warnings, late] };
}
