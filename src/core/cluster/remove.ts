import { abortable } from "../../base/abort.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { sentence } from "../../base/sentence.ts";
import { KubeError } from "../../kube/kube-error.ts";
import {
  type Context,
  clusterSubject,
  clusterTarget,
  type MemberRemoveOptions,
  patiently,
  poolSubject,
  poolTarget,
  type RemoveOptions,
} from "../context.ts";
import { CoreError, isTransient, rethrowBug } from "../core-error.ts";
import { type ClusterId, clusterOf, defaultGroupName, type NodeGroupId } from "../ids.ts";
import { liveGroup } from "../node-group/converge.ts";
import { findPool, poolsOf } from "../node-group/pools.ts";
import { annotationPath, defaultGroupAnnotation } from "../object/annotations.ts";
import { type AppObject } from "../object/app-object.ts";
import { groupMonitor, type Monitor, monitorsOf } from "../object/monitors.ts";
import { readsAsUnset } from "../platform/groups.ts";
import { type Platform } from "../platform/platform.ts";
import type { Observation, Subject } from "../read/watch.ts";
import { isDeletable, untilDeletable } from "../rollout/deletable.ts";
import { MemberRemoval, stillThere } from "../rollout/member-removal.ts";
import { asFarAsSeen, troubleOf, writeAndWait } from "../rollout/wait.ts";
import type { Removed } from "../spec/state.ts";
import type { Edit, Target } from "../write/edit.ts";

/**
 * Deletes a cluster and waits until it and everything it ran is gone: 404 from both replicas, then no monitor left. Its
 * `KubernetesNodes` go first; nothing is written beside it. A cluster that is not there, or is another one than `expectUid`, is gone.
 */
export async function removeCluster(context: Context, id: ClusterId, options: RemoveOptions): Promise<void> {
  const { signal, deadline, expectUid } = options;
  const target = clusterTarget(id);
  const queue = context.writer.queue(target);
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const object = await patiently(context, options, () => context.reader.cluster(id, signal, true));
    if (object !== undefined && expectUid !== undefined && object.uid !== expectUid) return;
    const own = (monitors: readonly Monitor[]) => monitorsOf(monitors, id.name);
    if (object === undefined) {
      // Gone from the API is not gone from the bill: an earlier deletion may have left machines behind.
      await untilGone(context, clusterSubject(context, id), "", own, options, deadline);
      return;
    }
    const { uid } = object;
    await removePools(context, platform, id, options);
    await deleteCompletely(context, clusterSubject(context, id), target, object, platform, options);
    await untilGone(
      context,
      clusterSubject(context, id),
      uid,
      (monitors) => monitorsOf(monitors, id.name),
      options,
      deadline,
    );
  } catch (error) {
    throw CoreError.from(error, `deleting cluster ${id.name}`, signal);
  } finally {
    queue.unseal();
    context.reader.forget();
  }
}

/**
 * Takes a node group away and waits until its machines are gone. A group or cluster that is not there is gone. Where the platform has
 * accepted it but rolls out no change of the cluster, that is a warning: it must not keep the cluster itself from being deleted.
 */
export async function removeNodeGroup(
  context: Context,
  id: NodeGroupId,
  options: MemberRemoveOptions,
): Promise<Removed> {
  const { signal, expectUid, waitFor = "ready" } = options;
  const cluster = clusterOf(id);
  const removal = new MemberRemoval(`Node group ${id.name} of cluster ${id.cluster}`);
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const object = await patiently(context, options, () => context.reader.cluster(cluster, signal, true));
    const pool = await patiently(context, options, () => findPool(context, platform, id, signal, true));
    if (pool !== undefined && (object === undefined || liveGroup(object, id, platform) === undefined)) {
      await removePool(context, platform, id, pool, options);
      return removal.done;
    }
    if (object === undefined || (expectUid !== undefined && object.uid !== expectUid)) return removal.done;
    // The group goes with its cluster, and a write to an object that is being deleted would orphan it.
    if (object.deletedAt !== undefined) return removal.done;
    const { outcome } = await writeAndWait(context, cluster, {
      ...options,
      waitFor,
      edit: removalEdit(id, object.uid),
      owner: { kind: "nodeGroup", name: id.name },
      accepted: removal.accepted,
      removal: true,
      check: async ({ object: seen, monitors }) =>
        groupMonitor(monitors, id) === undefined || platformKeeps(id, seen, platform)
          ? undefined
          : `machines of node group ${id.name} are still there`,
    });
    return removal.end(outcome);
  } catch (error) {
    return removal.failed(CoreError.from(error, `deleting node group ${id.name} of cluster ${id.cluster}`, signal));
  }
}

/** Whether the group stays although nobody declares it: from 1.6 on a cluster without any gets md0 from its chart (platform.md §3.4). */
function platformKeeps(id: NodeGroupId, object: AppObject, platform: Platform): boolean {
  if (id.name !== defaultGroupName) return false;
  const chartKeepsIt = !platform.phantomGroup && Object.keys(objectAt(object.spec, ["nodeGroups"])).length === 0;
  return chartKeepsIt || object.annotations[defaultGroupAnnotation] === "platform";
}

/** The changes that take one group out of the cluster's spec. md0 needs a null where the platform would bring it back. */
export function removalEdit(id: NodeGroupId, expectUid: string): Edit {
  return {
    owner: `removal of node group ${id.name}`,
    expectUid,
    build: (live, platform) => {
      const path = ["spec", "nodeGroups", id.name];
      const seen = valueAt(live.json, path);
      if (id.name !== defaultGroupName || !platform.phantomGroup) return [{ path, value: undefined }];
      const mark = live.annotations[defaultGroupAnnotation];
      if (mark === "platform") return [{ path, value: platformDefault(platform) }];
      if (mark === "none" && readsAsUnset(platform, seen)) return [];
      return [
        { path: annotationPath(defaultGroupAnnotation), value: "none" },
        { path, value: null },
      ];
    },
  };
}

function platformDefault(platform: Platform): Json {
  const served = valueAt(platform.clusterSpec, ["properties", "nodeGroups", "default", defaultGroupName]);
  return isJsonObject(served) ? structuredClone(served) : null;
}

async function removePools(context: Context, platform: Platform, id: ClusterId, options: RemoveOptions): Promise<void> {
  const pools = await poolsOf(context, platform, id, options.signal, true);
  await Promise.all(
    pools.map((pool) =>
      removePool(
        context,
        platform,
        { namespace: id.namespace, cluster: id.name, name: pool.name.slice(id.name.length + 1) },
        pool,
        options,
      ),
    ),
  );
}

async function removePool(
  context: Context,
  platform: Platform,
  id: NodeGroupId,
  pool: AppObject,
  options: MemberRemoveOptions,
): Promise<void> {
  const queue = context.writer.queue(poolTarget(id));
  try {
    await deleteCompletely(context, poolSubject(context, id), poolTarget(id), pool, platform, options);
    if (options.waitFor === "accepted") return;
    const own = (monitors: readonly Monitor[]) => {
      const monitor = groupMonitor(monitors, id);
      return monitor === undefined ? [] : [monitor];
    };
    await untilGone(context, poolSubject(context, id), pool.uid, own, options, options.deadline);
  } finally {
    queue.unseal();
  }
}

/**
 * Deletes an object once that takes along all that it runs, and writes nothing to it from then on. One that is gone meanwhile, is another
 * one, or is being deleted, is left alone.
 */
async function deleteCompletely(
  context: Context,
  subject: Subject,
  target: Target,
  found: AppObject,
  platform: Platform,
  options: RemoveOptions,
): Promise<void> {
  const { signal } = options;
  const queue = context.writer.queue(target);
  let object: AppObject | undefined = found;
  while (object !== undefined && object.deletedAt === undefined) {
    queue.unseal();
    if ((await untilDeletable(context, subject, target, object, platform, options)) === undefined) return;
    const reason = new CoreError("Deleting", `${sentence(subject.what)} is being deleted by this run.`, {
      summary: `${sentence(subject.what)} is being deleted`,
    });
    await abortable(queue.seal(reason), signal);
    object = await patiently(context, options, () => subject.read(signal));
    if (object === undefined || object.uid !== found.uid || object.deletedAt !== undefined) return;
    if (!isDeletable(context, target, object, platform)) continue;
    await sendDelete(context, target.path, target.name, object.uid, options);
    return;
  }
}

async function sendDelete(
  context: Context,
  path: string,
  name: string,
  uid: string,
  options: RemoveOptions,
): Promise<void> {
  const { signal, deadline } = options;
  context.reader.unexpect(path);
  for (let backoff = 200; ; backoff = Math.min(backoff * 2, 5_000)) {
    try {
      await context.client.request({ method: "DELETE", path, signal });
      return;
    } catch (error) {
      if (error instanceof KubeError && error.code === "NotFound" && error.reason !== undefined) return;
      if (!isTransient(error) || context.clock.now() + backoff > deadline)
        throw CoreError.from(error, `deleting ${name}`, signal);
      await context.clock.sleep(backoff, signal);
      // The server ignores preconditions (platform.md §1.6): look whether it still is the one before asking again.
      const object = await context.reader.app(path, name).catch(rethrowBug);
      if (object !== undefined && (object.uid !== uid || object.deletedAt !== undefined)) return;
    } finally {
      context.reader.forget();
    }
  }
}

async function untilGone(
  context: Context,
  subject: Subject,
  uid: string,
  own: (monitors: readonly Monitor[]) => readonly Monitor[],
  options: RemoveOptions,
  deadline: number,
): Promise<void> {
  const { clock, watch } = context;
  let goneSince: number | undefined;
  let told = "";
  let why = "the platform has not begun yet";
  for (;;) {
    let trouble: string | undefined;
    const seen: Observation | undefined = await watch.nextBefore(subject, options.signal, deadline, () => {
      trouble = troubleOf(context, subject);
    });
    if (seen === undefined) throw stillThere(subject.what, asFarAsSeen(why, trouble));
    const left = own(seen.monitors);
    const there = seen.object !== undefined && seen.object.uid === uid;
    if (seen.object !== undefined && !there) return;
    if (!there && left.length === 0) return;
    if (there) goneSince = undefined;
    else goneSince ??= clock.now();
    const names = left.map(({ name }) => name).join(", ");
    why = there
      ? `the platform is still uninstalling it${left.length > 0 ? ` (${names})` : ""}${reason(seen.object)}`
      : `its machines are still there (${names})`;
    if (why !== told) options.progress?.(`${subject.what}: ${why}`);
    told = why;
    if (goneSince !== undefined && clock.now() - goneSince > context.settle.orphanMs) {
      throw new CoreError(
        "Orphaned",
        `${sentence(subject.what)} is deleted, but the platform still runs parts of it: ${names}.`,
        {
          summary: `Some resources of ${subject.what} could not be deleted`,
          hint: "Create it again with the same name and settings, wait until it is ready and destroy it again; or ask the platform's support to remove them.",
        },
      );
    }
    if (clock.now() > deadline) throw stillThere(subject.what, why);
  }
}

function reason(object: AppObject | undefined): string {
  const message = stringAt(object?.json, ["status", "conditions", "0", "message"]);
  return object?.ready?.status === "False" && message !== undefined ? `: ${message}` : "";
}
