import { valueAt } from "../base/json-pointer.ts";
import { KubeError } from "../kube/kube-error.ts";
import { missingReleases, releasesOnce } from "./addon/releases.ts";
import type { Context } from "./context.ts";
import { CoreError } from "./core-error.ts";
import type { ClusterState, Status } from "./desired/state.ts";
import { type ClusterId, clusterKey, releaseName } from "./ids.ts";
import { groupsOf } from "./node-group/list.ts";
import { type AppObject, releaseNumber } from "./object/app-object.ts";
import { controlPlaneMonitor, type Monitor } from "./object/monitors.ts";
import type { ObserveOptions } from "./options.ts";
import type { Platform } from "./platform/platform.ts";
import { eventsPath, type PlatformEvent, parseEvents } from "./read/events.ts";
import { addonState, clusterState, nodeGroupState } from "./read/observe.ts";
import { clustersIn } from "./read/scope.ts";
import { noCluster } from "./rollout/existing-cluster.ts";

/** The state of a node group as its monitor shows it. */
export interface NodeGroupProgress {
  readonly name: string;
  readonly ready: boolean;
  readonly readyReplicas: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Names of the GPUs of each node. */
  readonly gpus: readonly string[];
}

export interface AddonProgress {
  readonly name: string;
  readonly ready: boolean;
  readonly status: Status;
  /** What is missing; empty if nothing is. */
  readonly message: string;
}

/** What a tenant can see of the progress of a cluster. */
export interface ClusterProgress {
  readonly id: ClusterId;
  /** Whether the cluster, its node groups and its add-ons are ready. */
  readonly ready: boolean;
  readonly status: Status;
  /** The platform's message. */
  readonly message: string;
  /** The stored version, e.g. `v1.34`. */
  readonly version: string | undefined;
  readonly controlPlane: { readonly ready: boolean; readonly readyReplicas: number };
  /** Number of the Helm release; undefined before the first one succeeded. */
  readonly release: number | undefined;
  readonly nodeGroups: readonly NodeGroupProgress[];
  readonly addons: readonly AddonProgress[];
  /** The newest event about the cluster or its machines; undefined if there is none or events cannot be read. */
  readonly lastEvent: PlatformEvent | undefined;
}

export interface ProgressOptions extends ObserveOptions {
  /** Default: all clusters of the tenant. */
  readonly id?: ClusterId;
}

/** Reads the progress of clusters. Throws CoreError; NotFound if the cluster of `id` does not exist. */
export type ReadProgress = (options: ProgressOptions) => Promise<ClusterProgress[]>;

/** Returns a reader of the progress of a tenant's clusters: a few lists, and one read inside each cluster whose add-ons may have changed. */
export function createProgressReader(context: Context, tenant: string): ReadProgress {
  /** By cluster: the resource version at which all add-ons were ready. */
  const settled = new Map<string, string>();
  return async ({ id, signal, fresh = false }) => {
    const namespace = id?.namespace ?? tenant;
    const what = id === undefined ? `the clusters of ${namespace}` : `cluster ${id.name}`;
    try {
      const [platform, objects, monitors, events] = await Promise.all([
        context.platformForRead(signal),
        clustersIn(context.reader, { namespace, cluster: id?.name }, signal, fresh),
        context.reader.monitors(namespace, signal, fresh),
        eventsOf(context, namespace, signal),
      ]);
      if (id !== undefined && objects === undefined) throw noCluster(context, id);
      const seen = { platform, monitors, events, settled, signal, fresh };
      return await Promise.all(
        (objects ?? []).map((object) => progressOf(context, { namespace, name: object.name }, object, seen)),
      );
    } catch (error) {
      throw CoreError.from(error, `reading ${what}`, signal);
    }
  };
}

interface SeenBeside {
  readonly platform: Platform;
  readonly monitors: readonly Monitor[];
  readonly events: readonly PlatformEvent[];
  readonly settled: Map<string, string>;
  readonly signal: AbortSignal;
  readonly fresh: boolean;
}

async function progressOf(
  context: Context,
  id: ClusterId,
  object: AppObject,
  seen: SeenBeside,
): Promise<ClusterProgress> {
  const { platform, monitors } = seen;
  const state = clusterState(id, object, monitors, platform);
  const [nodeGroups, addons] = await Promise.all([
    nodeGroupsOf(context, object, seen),
    addonsOf(context, state, object, seen),
  ]);
  const readyReplicas = controlPlaneMonitor(monitors, id.name)?.availableReplicas ?? 0;
  return {
    id,
    ready: state.ready && [...nodeGroups, ...addons].every(({ ready }) => ready),
    status: state.status,
    message: state.statusMessage,
    version: state.version,
    controlPlane: { ready: readyReplicas > 0, readyReplicas },
    release: object.ready === undefined ? undefined : releaseNumber(object.ready.message),
    nodeGroups,
    addons,
    lastEvent: lastEventOf(seen, id),
  };
}

async function nodeGroupsOf(
  context: Context,
  object: AppObject,
  { platform, monitors, signal, fresh }: SeenBeside,
): Promise<NodeGroupProgress[]> {
  const groups = await groupsOf(context, platform, [object], signal, fresh);
  return groups
    .map((group) => nodeGroupState(group.id, group.backend, group.object, group.clusterUid, monitors))
    .map((state) => ({
      name: state.id.name,
      ready: state.ready,
      readyReplicas: state.readyReplicas ?? 0,
      minReplicas: state.spec.minReplicas ?? 0,
      maxReplicas: state.spec.maxReplicas ?? 0,
      gpus: (state.spec.gpus ?? []).map(({ name }) => name),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function addonsOf(
  context: Context,
  { id, addons, ready: clusterReady }: ClusterState,
  object: AppObject,
  { platform, settled, signal }: SeenBeside,
): Promise<AddonProgress[]> {
  const key = clusterKey(id);
  const read = releasesOnce(context, id, signal);
  const known = settled.get(key) === object.resourceVersion;
  const found = await Promise.all(
    addons.map(async (name): Promise<AddonProgress> => {
      const addon = { namespace: id.namespace, cluster: id.name, name };
      const status = addonState(addon, object, platform)?.status ?? "pending";
      if (!clusterReady || known) return { name, ready: known, status: known ? "ready" : status, message: "" };
      const missing = await missingReleases(addon, object, platform, read);
      if (missing?.length === 0) return { name, ready: true, status: "ready", message: "" };
      if (missing !== undefined) return { name, ready: false, status: "progressing", message: missing.join(", ") };
      // As in the waits of a converge: what cannot be reached from here is not waited for.
      const isUnreachable = context.tenants.silence(id) >= context.timings.reachMs;
      const message = "not checked: the cluster's API does not answer";
      return { name, ready: isUnreachable, status: isUnreachable ? status : "progressing", message };
    }),
  );
  if (found.every(({ ready, message }) => ready && message === "")) settled.set(key, object.resourceVersion);
  return found;
}

/** Events are additional information: a tenant who may not read them sees none. */
async function eventsOf(
  { client, secrets }: Context,
  namespace: string,
  signal: AbortSignal,
): Promise<PlatformEvent[]> {
  try {
    const items = valueAt(await client.request({ method: "GET", path: eventsPath(namespace), signal }), ["items"]);
    const events = parseEvents(Array.isArray(items) ? items : []);
    return events.map((event) => ({ ...event, message: secrets.conceal(event.message) }));
  } catch (error) {
    if (error instanceof KubeError && (error.code === "Forbidden" || error.code === "NotFound")) return [];
    throw error;
  }
}

/**
 * Returns the newest event about a cluster: about an object whose name has the cluster's release in it. The release of one cluster can be
 * the beginning of another one's, `kubernetes-prod` and `kubernetes-prod-eu`; the longest counts.
 */
function lastEventOf({ events, monitors }: SeenBeside, { name }: ClusterId): PlatformEvent | undefined {
  const release = releaseName(name);
  const isIn = (about: string, one: string) => about.endsWith(one) || about.includes(`${one}-`);
  const longer = monitors.map((monitor) => monitor.release).filter((other) => other.startsWith(`${release}-`));
  const own = events.filter(
    ({ about, at }) => Number.isFinite(at) && isIn(about, release) && !longer.some((other) => isIn(about, other)),
  );
  return own.sort((a, b) => a.at - b.at).at(-1);
}
