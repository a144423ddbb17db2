import { isJsonObject, type Json } from "../base/json.ts";
import { KubeError } from "../kube/kube-error.ts";
import { type AppObject, groupMonitor, type Monitor, monitorsOf } from "./cluster-object.ts";
import {
  type Context,
  clusterSubject,
  clusterTarget,
  patiently,
  poolSubject,
  poolTarget,
  type RemoveOptions,
} from "./context.ts";
import { CoreError, rethrowBug } from "./core-error.ts";
import { deleting, type Edit } from "./edit.ts";
import { neutralEdit } from "./heal.ts";
import { type ClusterId, clusterOf, clusterPath, type NodeGroupId, poolPath } from "./ids.ts";
import { objectAt, stringAt, valueAt } from "./json-pointer.ts";
import { annotationPath, defaultGroupAnnotation, metadataWriteAnnotation } from "./markers.ts";
import { liveGroup } from "./node-groups.ts";
import { defaultGroupName, type Platform, readsAsUnset } from "./platform.ts";
import { findPool, poolsOf } from "./pools.ts";
import { abortable } from "./reader.ts";
import { baselineOf, isNewFailure, judgeRelease, newTrail } from "./readiness.ts";
import { isTransient } from "./transient.ts";
import { withTrouble, writeAndWait } from "./wait.ts";
import type { Observation, Subject } from "./watch.ts";

/** Flux looks at an object at least this often, and gives it its finalizer back then (platform.md §1.11). */
const finalizerWindowMs = 6 * 60_000;
/** How far the clock of the machine that wrote last may be behind this one's. One that is ahead makes a mark look newer only. */
const clocksApartMs = 60 * 60_000;
/** How long to wait for a sign that Flux has looked, at most half of the time left. It puts the finalizer back first thing. */
const finalizerWaitMs = 60_000;
/** How often that is done anew because somebody else wrote meanwhile. */
const mostRounds = 3;

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
    await abortable(queue.seal(new CoreError("Deleting", `Cluster ${id.name} is being deleted by this run.`)), signal);
    let object = await patiently(context, options, () => context.reader.cluster(id, signal, true));
    if (object !== undefined && expectUid !== undefined && object.uid !== expectUid) return;
    const own = (monitors: readonly Monitor[]) => monitorsOf(monitors, id.name);
    if (object === undefined) {
      // Gone from the API is not gone from the bill: an earlier deletion may have left machines behind.
      await untilGone(context, clusterSubject(context, id), "", own, options, deadline);
      return;
    }
    const { uid } = object;
    await removePools(context, platform, id, options);
    for (let round = 1; object.deletedAt === undefined; round++) {
      queue.unseal();
      await closeFinalizerWindow(context, id, object, options);
      await abortable(
        queue.seal(new CoreError("Deleting", `Cluster ${id.name} is being deleted by this run.`)),
        signal,
      );
      object = await patiently(context, options, () => context.reader.cluster(id, signal, true));
      if (object === undefined || object.uid !== uid) return;
      // Somebody who never rests is not waited for.
      const isQuiet = context.writer.wroteLast(target, object) || round >= mostRounds;
      if (object.deletedAt !== undefined || !isQuiet) continue;
      await sendDelete(context, clusterPath(id), id.name, uid, options);
      break;
    }
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

/** Takes a node group away and waits until its machines are gone. A group or cluster that is not there is gone. */
export async function removeNodeGroup(context: Context, id: NodeGroupId, options: RemoveOptions): Promise<void> {
  const { signal, expectUid } = options;
  const cluster = clusterOf(id);
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const object = await patiently(context, options, () => context.reader.cluster(cluster, signal, true));
    const pool = await patiently(context, options, () => findPool(context, platform, id, signal, true));
    if (pool !== undefined && (object === undefined || liveGroup(object, id, platform) === undefined)) {
      await removePool(context, id, pool, options);
      return;
    }
    if (object === undefined || (expectUid !== undefined && object.uid !== expectUid)) return;
    // The group goes with its cluster, and a write to an object that is being deleted would orphan it.
    if (object.deletedAt !== undefined) return;
    const { outcome } = await writeAndWait(context, cluster, {
      ...options,
      waitFor: "ready",
      edit: removalEdit(id, object.uid),
      owner: { kind: "nodeGroup", name: id.name },
      check: async ({ object: seen, monitors }) =>
        groupMonitor(monitors, id) === undefined || platformKeeps(id, seen, platform)
          ? undefined
          : `machines of node group ${id.name} are still there`,
    });
    if (outcome?.kind === "late") throw stillThere(`Node group ${id.name} of cluster ${id.cluster}`, outcome.why);
  } catch (error) {
    const known = CoreError.from(error, `deleting node group ${id.name} of cluster ${id.cluster}`, signal);
    // Whoever deleted the cluster meanwhile deleted the group as well.
    if (known.code === "NotFound" || known.code === "Replaced" || known.code === "Deleting") return;
    throw known;
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
        { namespace: id.namespace, cluster: id.name, name: pool.name.slice(id.name.length + 1) },
        pool,
        options,
      ),
    ),
  );
}

async function removePool(context: Context, id: NodeGroupId, pool: AppObject, options: RemoveOptions): Promise<void> {
  const queue = context.writer.queue(poolTarget(id));
  await abortable(queue.seal(deleting(pool)), options.signal);
  try {
    if (pool.deletedAt === undefined) await sendDelete(context, poolPath(id), pool.name, pool.uid, options);
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
 * Makes sure that Flux's finalizer is on the object before it is deleted: every write drops it until Flux looks again, and a DELETE
 * in that window would leave the cluster running, billed and unlisted (platform.md §1.11).
 */
async function closeFinalizerWindow(
  context: Context,
  id: ClusterId,
  object: AppObject,
  options: RemoveOptions,
): Promise<void> {
  const { clock, watch } = context;
  const target = clusterTarget(id);
  const { signal } = options;
  const metadataWrite = Date.parse(object.annotations[metadataWriteAnnotation] ?? "");
  let since = context.writer.openWrite(target)?.baseline;
  const isMarked = clock.now() - metadataWrite < finalizerWindowMs + clocksApartMs;
  // No read tells finalizers: only of what this process wrote last it is known that Flux has looked.
  if (isMarked || !context.writer.wroteLast(target, object)) {
    context.log("info", "somebody may have written lately; one neutral change first, so that the deletion is clean", {
      cluster: id.name,
    });
    const edit = neutralEdit(object.uid, `deletion of cluster ${id.name}`);
    since = (await context.writer.submit(target, edit, { signal, deadline: options.deadline, urgent: true })).baseline;
  } else if (object.ready === undefined) since = baselineOf(object, clock.now(), true);
  if (since === undefined || clock.now() - since.at > finalizerWindowMs) return;
  // Flux has looked at the last write once its result stands: were there more to do, it would have begun.
  const until = clock.now() + Math.min(finalizerWaitMs, (options.deadline - clock.now()) / 2);
  const trail = newTrail(since);
  while (clock.now() < until) {
    const seen = await watch.nextBefore(clusterSubject(context, id), signal, until);
    if (seen?.object === undefined || seen.object.deletedAt !== undefined) return;
    const { ready } = seen.object;
    const { kind } = judgeRelease(since, trail, ready, clock.now(), context.settle);
    if ((kind === "done" || isNewFailure(ready, since)) && clock.now() - trail.since >= context.settle.quietMs / 4)
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
    const seen: Observation | undefined = await watch.nextBefore(subject, options.signal, deadline);
    if (seen === undefined) throw stillThere(subject.what, withTrouble(context, subject, why));
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
      throw new CoreError("Orphaned", `${subject.what} is gone from the API, but what it ran is not: ${names}.`, {
        hint: "Make it anew with the same name and settings, wait until it is ready and delete it again; or ask the platform's support to remove it.",
      });
    }
    if (clock.now() > deadline) throw stillThere(subject.what, why);
  }
}

function reason(object: AppObject | undefined): string {
  const message = stringAt(object?.json, ["status", "conditions", "0", "message"]);
  return object?.ready?.status === "False" && message !== undefined ? `: ${message}` : "";
}

const stillThere = (what: string, why: string): CoreError =>
  new CoreError("Timeout", `${what} was not gone in time: ${why}.`, {
    hint: "The deletion goes on in the background; run it again to resume waiting, or give it a longer timeout.",
  });
