import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { stringAt, valueAt } from "../../base/json-pointer.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Context, poolTarget, type WaitOptions } from "../context.ts";
import { CoreError, isTransient, rethrowBug } from "../core-error.ts";
import { type ClusterId, clusterOf, type NodeGroupId, poolName, poolsPath } from "../ids.ts";
import { lastWriteAnnotation, managedByLabel, managedByUs } from "../object/annotations.ts";
import { type AppObject, parseApp } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import type { NodeGroupDesired } from "../spec/desired.ts";
import { groupHolds, groupSpec } from "../spec/node-group.ts";
import { deleting } from "../write/edit.ts";
import { contentHash, writeMark } from "../write/last-write.ts";

/**
 * Node groups that are objects of their own: `KubernetesNodes/<cluster>-<pool>` (≥ 1.6, platform.md §4). Read, changed and deleted
 * where they exist; made only where the cluster's spec has no groups any more.
 */

/** The pools of a cluster; none where the platform knows no such kind or the tenant may not see it. */
export async function poolsOf(
  context: Context,
  platform: Platform,
  id: ClusterId,
  signal: AbortSignal,
  fresh = false,
): Promise<AppObject[]> {
  if (platform.poolSpec === undefined) return [];
  try {
    const pools = await context.reader.pools(id.namespace, signal, fresh);
    return pools.filter(({ spec }) => spec["cluster"] === id.name);
  } catch (error) {
    // A 404 without a reason is the API as a whole that is not there for the moment.
    const absent = error instanceof KubeError && error.code === "NotFound" && error.reason !== undefined;
    if (absent || (error instanceof KubeError && error.code === "Forbidden")) return [];
    throw error;
  }
}

/** Names of the pools of a cluster, without the cluster's name before them. */
export async function poolNames(
  context: Context,
  platform: Platform,
  id: ClusterId,
  signal: AbortSignal,
  fresh = false,
): Promise<string[]> {
  const pools = await poolsOf(context, platform, id, signal, fresh);
  return pools.filter(({ name }) => name.startsWith(`${id.name}-`)).map(({ name }) => name.slice(id.name.length + 1));
}

/** The object of a group, undefined where it has none. */
export async function findPool(
  context: Context,
  platform: Platform,
  id: NodeGroupId,
  signal: AbortSignal,
  fresh = false,
): Promise<AppObject | undefined> {
  const pools = await poolsOf(context, platform, clusterOf(id), signal, fresh);
  return pools.find(({ name }) => name === poolName(id));
}

/** Creates the object of a group. Version and Talos image must equal the cluster's, and nobody but the client sees to it. */
export async function createPool(
  context: Context,
  platform: Platform,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  cluster: AppObject,
  { signal, deadline }: WaitOptions,
): Promise<AppObject> {
  const schema = platform.poolSpec ?? {};
  const spec: JsonObject = { cluster: id.cluster, ...groupSpec(undefined, desired, undefined, platform, schema) };
  const version = stringAt(cluster.spec, ["version"]);
  if (version !== undefined) spec["version"] = version;
  const talos = valueAt(cluster.spec, ["talos"]);
  if (isJsonObject(talos)) spec["talos"] = structuredClone(talos);
  const labels = { [managedByLabel]: managedByUs };
  const body: JsonObject = {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: "KubernetesNodes",
    metadata: {
      name: poolName(id),
      namespace: id.namespace,
      labels,
      annotations: {
        [lastWriteAnnotation]: writeMark({
          attempts: 0,
          ready: "none",
          content: contentHash({ spec, labels, annotations: {} }, schema),
        }),
      },
    },
    spec,
  };
  let backoff = 200;
  for (;;) {
    signal.throwIfAborted();
    try {
      const post = () => context.client.request({ method: "POST", path: poolsPath(id.namespace), body, signal });
      const created = parseApp(await context.lock.shared(post));
      context.writer.created(poolTarget(id), created);
      return created;
    } catch (error) {
      context.reader.forget();
      const exists = error instanceof KubeError && error.code === "AlreadyExists";
      if (!exists && !isTransient(error)) throw CoreError.from(error, `creating node group ${id.name}`, signal);
      const found = await context.reader
        .app(`${poolsPath(id.namespace)}/${poolName(id)}`, poolName(id))
        .catch(rethrowBug);
      if (found?.deletedAt !== undefined) throw deleting(found);
      if (found !== undefined && found.spec["cluster"] === id.cluster && groupHolds(found.spec, desired, platform))
        return found;
      if (found !== undefined || context.clock.now() + backoff > deadline) {
        throw CoreError.from(error, `creating node group ${id.name}`, signal);
      }
      await context.clock.sleep(backoff * (0.5 + context.random()), signal);
      backoff = Math.min(backoff * 2, 5_000);
    }
  }
}

/** Brings the pools of a cluster to its version. */
export async function upgradePools(
  context: Context,
  platform: Platform,
  id: ClusterId,
  version: string,
  { signal, deadline }: WaitOptions,
): Promise<void> {
  const pools = await poolsOf(context, platform, id, signal, true);
  const behind = pools.filter(({ spec, deletedAt }) => deletedAt === undefined && spec["version"] !== version);
  await Promise.all(
    behind.map((pool) => {
      const target = poolTarget({
        namespace: id.namespace,
        cluster: id.name,
        name: pool.name.slice(id.name.length + 1),
      });
      const edit = {
        owner: `version of node group ${pool.name}`,
        expectUid: pool.uid,
        build: () => [{ path: ["spec", "version"], value: version }],
      };
      return context.writer.submit(target, edit, { signal, deadline });
    }),
  );
}
