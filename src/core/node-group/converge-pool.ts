import { type Context, poolSubject } from "../context.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { groupHolds, groupSpec } from "../desired/node-group.ts";
import type { Converged, NodeGroupState } from "../desired/state.ts";
import { defaultGroupName, type NodeGroupId } from "../ids.ts";
import { annotationPath, type DefaultGroup, defaultGroupAnnotation } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import { nodeGroupState } from "../read/observe.ts";
import { isFree } from "../read/pools.ts";
import { awaitWrite, fromWrite, type Wait } from "../rollout/wait.ts";
import { unwritten } from "../write/baseline.ts";
import type { Edit } from "../write/edit.ts";
import { createPool, withClass } from "./create-pool.ts";
import { alreadyExists, keyChanges } from "./edit.ts";
import { finish, type NodeGroupOptions, nodesRun, ownerOf } from "./wait.ts";

/** The cluster and the `KubernetesNodes` object of a group. */
interface Home {
  readonly platform: Platform;
  readonly cluster: AppObject;
  /** The `KubernetesNodes` object; undefined if it is to be created. */
  readonly pool: AppObject | undefined;
}

/** Applies the desired settings of a node group in its `KubernetesNodes` object. */
export async function convergePool(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  { platform, cluster, pool }: Home,
  options: NodeGroupOptions,
): Promise<Converged<NodeGroupState>> {
  if (pool === undefined) {
    const created = await createPool(context, platform, id, desired, cluster, options, ownMark(id));
    const baseline = unwritten(undefined, context.clock.now());
    const { uid, resourceVersion: version } = created;
    return await awaitPool(context, id, created, cluster, options, {
      baseline,
      write: 0,
      uid,
      version,
      edit: undefined,
    });
  }
  const { signal, deadline } = options;
  const { ref } = poolSubject(context, id);
  const isGivenBack = options.previous?.storageClass !== undefined;
  const edit = poolEdit(id, pool, isGivenBack ? withClass(desired, cluster) : desired, options);
  const written = await context.writer.submit(ref, edit, { signal, deadline });
  context.watch.poke(ref);
  return await awaitPool(context, id, written.after, cluster, options, { ...fromWrite(written), edit });
}

/** The annotation that keeps the pool of a node group resource from counting as the platform's default group. */
const ownMark = ({ name }: NodeGroupId): Readonly<Record<string, string>> =>
  name === defaultGroupName ? { [defaultGroupAnnotation]: "managed" satisfies DefaultGroup } : {};

/** Returns the edit that applies the desired settings in a `KubernetesNodes` object. */
function poolEdit(
  id: NodeGroupId,
  pool: AppObject,
  desired: NodeGroupDesired,
  { create, previous }: NodeGroupOptions,
): Edit {
  return {
    owner: { kind: "nodeGroup", name: id.name },
    purpose: "apply",
    expectUid: pool.uid,
    build: (live, platform, first) => {
      if (create && first && !isFree(id, live) && !groupHolds(live.spec, desired, platform)) throw alreadyExists(id);
      const next = groupSpec(live.spec, desired, previous, platform, platform.poolSpec ?? {});
      const marks = Object.entries(ownMark(id)).map(([key, value]) => ({ path: annotationPath(key), value }));
      return [...marks, ...keyChanges(["spec"], live.spec, next, false)];
    },
  };
}

async function awaitPool(
  context: Context,
  id: NodeGroupId,
  object: AppObject,
  cluster: AppObject,
  options: NodeGroupOptions,
  wait: Pick<Wait, "baseline" | "write" | "unseen" | "uid" | "version" | "edit">,
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
