import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import {
  type Context,
  type ConvergeOptions,
  clusterTarget,
  lastLook,
  type ObserveOptions,
  patiently,
  poolSubject,
  poolTarget,
} from "../context.ts";
import { CoreError } from "../core-error.ts";
import { clusterOf, defaultGroupName, type NodeGroupId } from "../ids.ts";
import { annotationPath, defaultGroupAnnotation } from "../object/annotations.ts";
import { type AppObject } from "../object/app-object.ts";
import { groupMonitor } from "../object/monitors.ts";
import { readsAsUnset } from "../platform/groups.ts";
import { type Platform } from "../platform/platform.ts";
import { declaresDefaultGroup, nodeGroupState } from "../read/observe.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import { baselineOf } from "../rollout/release.ts";
import { awaitWrite, fromWrite, type Outcome, type Wait, writeAndWait } from "../rollout/wait.ts";
import type { NodeGroupDesired } from "../spec/desired.ts";
import { groupHolds, groupSpec } from "../spec/node-group.ts";
import type { Change } from "../spec/patch.ts";
import type { Converged, NodeGroupState } from "../spec/state.ts";
import { type Edit, replaced } from "../write/edit.ts";
import { createPool, findPool } from "./pools.ts";

/** A node group as observed; undefined where it, or its cluster, is certainly gone. */
export async function observeNodeGroup(
  context: Context,
  id: NodeGroupId,
  { signal, fresh = false }: ObserveOptions,
): Promise<NodeGroupState | undefined> {
  try {
    const [platform, object, monitors] = await Promise.all([
      context.platform(signal),
      context.reader.cluster(clusterOf(id), signal, fresh),
      context.reader.monitors(id.namespace, signal, fresh),
    ]);
    const pool = await findPool(context, platform, id, signal, fresh);
    if (object !== undefined && liveGroup(object, id, platform) !== undefined) {
      return nodeGroupState(id, "cluster", object, object.uid, monitors);
    }
    return pool === undefined ? undefined : nodeGroupState(id, "KubernetesNodes", pool, object?.uid, monitors);
  } catch (error) {
    throw CoreError.from(error, `reading node group ${id.name} of cluster ${id.cluster}`, signal);
  }
}

/** The entry of a group in its cluster's spec, undefined where nobody declared it. */
export function liveGroup(object: AppObject, id: NodeGroupId, platform: Platform): Json | undefined {
  if (id.name === defaultGroupName && !declaresDefaultGroup(object, platform)) return undefined;
  return valueAt(object.spec, ["nodeGroups", id.name]);
}

/** Makes a node group as desired, and waits as long as asked. One that is slow ends in a warning, not an error (design rule 7). */
export async function convergeNodeGroup(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  given: ConvergeOptions<NodeGroupDesired, NodeGroupState>,
): Promise<Converged<NodeGroupState>> {
  let partial: NodeGroupState | undefined;
  const { signal, expectUid } = given;
  const options: Options = { ...given, began: context.clock.now() };
  const accepted = (state: NodeGroupState) => {
    partial = state;
    options.accepted?.(state);
  };
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const cluster = await patiently(context, options, () => context.reader.cluster(clusterOf(id), signal));
    if (cluster === undefined) throw noCluster(id);
    if (expectUid !== undefined && cluster.uid !== expectUid) throw replaced(cluster);
    const pool = await patiently(context, options, () => findPool(context, platform, id, signal));
    const inSpec = liveGroup(cluster, id, platform) !== undefined;
    if (inSpec || (pool === undefined && platform.nodeGroupsInSpec)) {
      return await convergeInSpec(context, id, desired, options, accepted);
    }
    return await convergePool(context, id, desired, platform, pool, cluster, options, accepted);
  } catch (error) {
    const known = CoreError.from(error, `converging node group ${id.name} of cluster ${id.cluster}`, signal);
    throw partial === undefined || known.partial !== undefined ? known : known.withPartial(partial);
  }
}

const noCluster = (id: NodeGroupId): CoreError =>
  new CoreError("NotFound", `Cluster ${id.cluster} does not exist in namespace ${id.namespace}.`, {
    hint: "Create the cluster first, or correct the id of the cluster.",
  });

/** With the time when the converge began, clock ms. */
type Options = ConvergeOptions<NodeGroupDesired, NodeGroupState> & { readonly began: number };

const groupOwner = ({ name }: NodeGroupId): string => `node group ${name}`;

/** A converge of the group follows at once: what is about to be written to its cluster waits a moment for it. */
export const announceNodeGroup = ({ writer }: Context, id: NodeGroupId): void =>
  writer.announce(clusterTarget(clusterOf(id)), groupOwner(id));

async function convergeInSpec(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  options: Options,
  accepted: (state: NodeGroupState) => void,
): Promise<Converged<NodeGroupState>> {
  const stateOf = (object: AppObject) => nodeGroupState(id, "cluster", object, object.uid, []);
  const { written, outcome } = await writeAndWait(context, clusterOf(id), {
    ...options,
    edit: groupEdit(id, desired, options),
    owner: { kind: "nodeGroup", name: id.name },
    accepted: (object) => accepted(stateOf(object)),
    check: groupCheck(id, (object) => valueAt(object.spec, ["nodeGroups", id.name])),
  });
  return await finish(context, stateOf(written.after), options, outcome);
}

/** The changes that make one group of the cluster's spec as desired. */
export function groupEdit(
  id: NodeGroupId,
  desired: NodeGroupDesired,
  { create, previous, expectUid }: ConvergeOptions<NodeGroupDesired, NodeGroupState>,
): Edit {
  return {
    owner: groupOwner(id),
    expectUid,
    build: (live, platform, first) => {
      const path = ["spec", "nodeGroups", id.name];
      const declared = liveGroup(live, id, platform);
      const takeover = id.name === defaultGroupName && readsAsUnset(platform, declared);
      if (create && first && declared !== undefined && !takeover && !groupHolds(declared, desired, platform))
        throw alreadyExists(id);
      const next = groupSpec(takeover ? undefined : declared, desired, previous, platform);
      const changes: Change[] = [];
      const mark = live.annotations[defaultGroupAnnotation];
      if (id.name === defaultGroupName && takesDefaultGroup(mark, platform)) {
        changes.push({ path: annotationPath(defaultGroupAnnotation), value: "managed" });
      }
      const seen = valueAt(live.json, path);
      if (declared === undefined || !isJsonObject(seen)) return [...changes, { path, value: next }];
      for (const key of new Set([...Object.keys(seen), ...Object.keys(next)])) {
        if (takeover && next[key] === undefined && (key === "roles" || key === "gpus")) {
          // What the platform gave its own group is nobody's wish once somebody declares the group.
          if (!jsonEqual(seen[key], [])) changes.push({ path: [...path, key], value: [] });
        } else if (!jsonEqual(seen[key], next[key])) changes.push({ path: [...path, key], value: next[key] });
      }
      return changes;
    },
  };
}

/** Whether the mark of `md0` must say that its own resource manages it now, so that the cluster's never removes it. */
export const takesDefaultGroup = (mark: string | undefined, platform: Platform): boolean =>
  mark !== "managed" && (mark !== undefined || platform.phantomGroup);

/**
 * Whether a group that is to be created exists already, and whether it has every desired setting; undefined where it does not exist.
 * Throws CoreError.
 */
export async function existingNodeGroup(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  { signal }: ObserveOptions,
): Promise<{ readonly equal: boolean } | undefined> {
  try {
    const platform = await context.platform(signal);
    const object = await context.reader.cluster(clusterOf(id), signal);
    const declared = object === undefined ? undefined : liveGroup(object, id, platform);
    const found = declared ?? (await findPool(context, platform, id, signal))?.spec;
    if (found === undefined || (id.name === defaultGroupName && readsAsUnset(platform, declared))) return undefined;
    return { equal: groupHolds(found, desired, platform) };
  } catch (error) {
    throw CoreError.from(error, `reading node group ${id.name} of cluster ${id.cluster}`, signal);
  }
}

const alreadyExists = (id: NodeGroupId): CoreError =>
  new CoreError(
    "AlreadyExists",
    `Cluster ${id.cluster} already has a node group named ${id.name}, with other settings.`,
    {
      summary: `Node group ${id.name} already exists in cluster ${id.cluster}`,
      path: ["name"],
      hint: `To manage it here, run \`terraform import <address> ${id.namespace}/${id.cluster}/${id.name}\`. Otherwise choose another name.`,
    },
  );

/** What a group lacks until it is ready: a monitor of its own that counts enough running VMs. */
function groupCheck(id: NodeGroupId, specOf: (object: AppObject) => Json | undefined): Wait["check"] {
  return async ({ object, monitors }) => {
    const monitor = groupMonitor(monitors, id);
    if (monitor === undefined || monitor.deleting) return `waiting for node group ${id.name} to appear`;
    const wanted = valueAt(specOf(object), ["minReplicas"]);
    const least = typeof wanted === "number" ? wanted : 0;
    const running = monitor.availableReplicas ?? 0;
    if (running >= least) return undefined;
    return `node group ${id.name}: ${running} of ${least} nodes run`;
  };
}

async function convergePool(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  platform: Platform,
  pool: AppObject | undefined,
  cluster: AppObject,
  options: Options,
  accepted: (state: NodeGroupState) => void,
): Promise<Converged<NodeGroupState>> {
  const { signal, deadline, create, previous, waitFor } = options;
  const target = poolTarget(id);
  const schema: JsonObject = platform.poolSpec ?? {};
  let wait: Pick<Wait, "baseline" | "write" | "uid" | "version" | "edit">;
  let object: AppObject;
  if (pool === undefined) {
    object = await createPool(context, platform, id, desired, cluster, options);
    const baseline = baselineOf(undefined, context.clock.now(), true);
    wait = { baseline, write: 0, uid: object.uid, version: object.resourceVersion, edit: undefined };
  } else {
    const edit: Edit = {
      owner: groupOwner(id),
      expectUid: pool.uid,
      build: (live, _platform, first) => {
        if (create && first && !groupHolds(live.spec, desired, platform)) throw alreadyExists(id);
        const next = groupSpec(live.spec, desired, previous, platform, schema);
        return Object.keys({ ...live.spec, ...next })
          .filter((key) => !jsonEqual(live.spec[key], next[key]))
          .map((key) => ({ path: ["spec", key], value: next[key] }));
      },
    };
    const written = await context.writer.submit(target, edit, { signal, deadline });
    context.watch.poke(target.path);
    object = written.after;
    wait = { ...fromWrite(written), edit };
  }
  const state = nodeGroupState(id, "KubernetesNodes", object, cluster.uid, []);
  accepted(state);
  if (waitFor === "accepted") return await finish(context, state, options, undefined);
  const outcome = await awaitWrite(context, {
    ...options,
    ...wait,
    subject: poolSubject(context, id),
    target,
    owner: { kind: "nodeGroup", name: id.name },
    check: groupCheck(id, (seen) => seen.spec),
  });
  return await finish(context, state, options, outcome);
}

/** The end of a wait, if there was one; at the deadline with what was seen or is `known`: an error would cost a new group its machines. */
async function finish(
  context: Context,
  known: NodeGroupState,
  options: Options,
  outcome: Outcome | undefined,
): Promise<Converged<NodeGroupState>> {
  const { id, backend, clusterUid } = known;
  if (outcome === undefined) {
    const seen = await lastLook(context, (signal) => observeNodeGroup(context, id, { signal }));
    return { ...(seen ?? known), warnings: [] };
  }
  const { seen, warnings } = outcome;
  const object = seen?.object;
  const isThere = backend !== "cluster" || valueAt(object?.spec, ["nodeGroups", id.name]) !== undefined;
  const state =
    object === undefined || !isThere ? known : nodeGroupState(id, backend, object, clusterUid, seen?.monitors ?? []);
  if (outcome.kind === "done") return { ...state, ready: true, status: "ready", warnings };
  const { began } = options;
  const what = groupOwner(id);
  const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, group: id.name });
  return { ...state, ready: false, warnings: [...warnings, late] };
}
