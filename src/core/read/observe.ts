import type { Json, JsonObject } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { readAddon } from "../desired/addon.ts";
import { readClusterSpec } from "../desired/cluster.ts";
import { readGroup } from "../desired/node-group.ts";
import type { AddonState, ClusterState, NodeGroupState, Status } from "../desired/state.ts";
import type { AddonId, ClusterId, NodeGroupId } from "../ids.ts";
import { defaultGroupName, poolName } from "../ids.ts";
import {
  creationAnnotation,
  defaultGroupAnnotation,
  managedByLabel,
  managedByUs,
  withoutOwnKeys,
} from "../object/annotations.ts";
import { type AppObject, isAtRest } from "../object/app-object.ts";
import { isAsAtWrite, lastWriteOf } from "../object/last-write.ts";
import { controlPlaneMonitor, groupMonitor, type Monitor, monitorsOf, runningGroups } from "../object/monitors.ts";
import { addonApiName, addonNames } from "../platform/addon-catalogue.ts";
import { hasRetiredDisk, isEmptyPlaceholder, readsAsUnset } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { compareVersions, newerVersions } from "../platform/versions.ts";
import { poolId } from "./pools.ts";
import type { Endpoint } from "./tenants.ts";

/** Information that only the tenant cluster and its kubeconfig contain. */
export interface TenantInfo {
  readonly endpoint: Endpoint | undefined;
  readonly version: string | undefined;
}

/** Returns the status of an object from its conditions; `serving` is whether its workload runs. */
function statusOf(object: AppObject, serving: boolean): { ready: boolean; status: Status; statusMessage: string } {
  const message = object.ready?.message ?? "";
  if (object.deletedAt !== undefined) return { ready: false, status: "deleting", statusMessage: message };
  if (object.ready === undefined) return { ready: false, status: "pending", statusMessage: "" };
  if (object.ready.status === "False") return { ready: false, status: "failed", statusMessage: message };
  if (object.ready.status !== "True") return { ready: false, status: "progressing", statusMessage: message };
  return { ready: serving, status: serving ? "ready" : "starting", statusMessage: message };
}

/** Returns the node groups in a cluster's spec: none where they are objects of their own, whatever an upgrade of the platform left there. */
const storedGroups = (object: AppObject, platform: Platform): JsonObject =>
  platform.nodeGroupsInSpec ? objectAt(object.spec, ["nodeGroups"]) : {};

/**
 * Whether the entry `md0` of a spec declares a group. A read does not distinguish a null from a default (platform.md §7), but this
 * library's annotation does.
 */
function declaresDefaultGroup(object: AppObject, platform: Platform): boolean {
  const group = storedGroups(object, platform)[defaultGroupName];
  if (group === undefined) return false;
  const mark = object.annotations[defaultGroupAnnotation];
  if (mark === "none") return !readsAsUnset(platform, group) && !isEmptyPlaceholder(platform, group);
  if (mark !== undefined) return true;
  return !platform.phantomGroup || !readsAsUnset(platform, group) || Object.hasOwn(objectAt(group, []), "resources");
}

/** Whether the entry `md0` of a spec is the platform's own, for which `defaultNodeGroup` of the cluster stands, and no group of its own. */
export function isPlatformsDefaultGroup(object: AppObject, platform: Platform): boolean {
  const mark = object.annotations[defaultGroupAnnotation];
  if (mark === "platform") return true;
  const group = valueAt(object.spec, ["nodeGroups", defaultGroupName]);
  return platform.phantomGroup && mark !== "managed" && readsAsUnset(platform, group);
}

/**
 * Whether the platform's default group runs unmanaged: requested by the configuration, restored by a patch of another writer, or added
 * by the chart. A read does not distinguish our null from a default, but the monitors show what runs (platform.md §3.4).
 */
export function defaultGroupRuns(
  object: AppObject,
  monitors: readonly Monitor[],
  platform: Platform,
  pools: readonly AppObject[] = [],
): boolean {
  if (!platform.nodeGroupsInSpec) return platformsPool(object, monitors, pools) !== undefined;
  const mark = object.annotations[defaultGroupAnnotation];
  if (mark === "platform" || isReturned(object, platform)) return true;
  if (mark === "managed") return false;
  // After a removal by this library, the monitor may belong to machines that are still being removed.
  if (mark === "none" && !isReconciled(object)) return false;
  if (!platform.phantomGroup) {
    // The chart adds the group if there is no other; a group scaled to zero is not billed.
    const isAlone = declaredGroups(object, platform).length === 0;
    return isAlone && runningGroups(monitors, object.name).includes(defaultGroupName);
  }
  const monitor = groupMonitor(monitors, { cluster: object.name, name: defaultGroupName });
  const group = valueAt(object.spec, ["nodeGroups", defaultGroupName]);
  return monitor !== undefined && !monitor.deleting && readsAsUnset(platform, group);
}

/** Whether the platform has taken up this library's last write and no action is in progress, so that the monitors show its result. */
function isReconciled(object: AppObject): boolean {
  const last = lastWriteOf(object);
  return isAtRest(object) && !(last !== undefined && isAsAtWrite(last, object));
}

/** Returns the pool of the platform's default group, for which `defaultNodeGroup` of its cluster stands; undefined if there is none. */
export function platformsPool(
  object: AppObject,
  monitors: readonly Monitor[],
  pools: readonly AppObject[],
): AppObject | undefined {
  const pool = pools.find((one) => isDefaultPool(object, one));
  const mark = object.annotations[defaultGroupAnnotation];
  if (pool === undefined || pool.deletedAt !== undefined || mark === "managed") return undefined;
  if (pool.annotations[defaultGroupAnnotation] === "managed") return undefined;
  if (mark === "platform") return pool;
  // A node group resource has written its label. A group with a maximum of 0 has no machines.
  if (isWrittenByUs(pool) || pool.spec["maxReplicas"] === 0) return undefined;
  if (mark === "none") return pool;
  // Before, the chart added the group if there was no other; a group scaled to zero is not billed.
  const isAlone = pools.length === 1 && runningGroups(monitors, object.name).includes(defaultGroupName);
  return isAlone ? pool : undefined;
}

/** Whether a pool has an older version than its cluster, which the platform does not change with it (platform.md §4). */
export function isBehind({ spec }: AppObject, pool: AppObject): boolean {
  const difference = compareVersions(stringAt(pool.spec, ["version"]) ?? "", stringAt(spec, ["version"]) ?? "");
  return pool.deletedAt === undefined && difference !== undefined && difference < 0;
}

/** Returns the pools that declare a group: all but a default group that is not desired. */
export const declaringPools = (object: AppObject, pools: readonly AppObject[]): AppObject[] =>
  pools.filter(
    (pool) =>
      !isDefaultPool(object, pool) || object.annotations[defaultGroupAnnotation] !== "none" || isWrittenByUs(pool),
  );

const isDefaultPool = ({ namespace, name: cluster }: AppObject, { name }: AppObject): boolean =>
  name === poolName({ namespace, cluster, name: defaultGroupName });

const isWrittenByUs = ({ labels }: AppObject): boolean => labels[managedByLabel] === managedByUs;

/**
 * Whether an upgrade of the platform has stored the suppressed default group as a real one: from 1.6 on, no null keeps it away, and no
 * other client declares a group that reads like it.
 */
function isReturned(object: AppObject, platform: Platform): boolean {
  const group = valueAt(object.spec, ["nodeGroups", defaultGroupName]);
  const isSuppressed = object.annotations[defaultGroupAnnotation] === "none";
  return !platform.phantomGroup && isSuppressed && group !== undefined && readsAsUnset(platform, group);
}

/** Returns the entry of a group in its cluster's spec; undefined if the spec does not declare it. */
export function liveGroup(object: AppObject, id: NodeGroupId, platform: Platform): Json | undefined {
  if (id.name === defaultGroupName && !declaresDefaultGroup(object, platform)) return undefined;
  return storedGroups(object, platform)[id.name];
}

/** Returns the names of the groups declared in a cluster's spec. */
export function declaredGroups(object: AppObject, platform: Platform): string[] {
  return Object.keys(storedGroups(object, platform)).filter(
    (name) => name !== defaultGroupName || declaresDefaultGroup(object, platform),
  );
}

/** Whether the control plane runs, by its monitor. */
export const controlPlaneRuns = (monitors: readonly Monitor[], cluster: string): boolean =>
  (controlPlaneMonitor(monitors, cluster)?.availableReplicas ?? 0) >= 1;

/** Returns the observed state of a cluster. `pools` are its `KubernetesNodes` objects. */
export function clusterState(
  id: ClusterId,
  object: AppObject,
  monitors: readonly Monitor[],
  platform: Platform,
  tenantInfo: TenantInfo = { endpoint: undefined, version: undefined },
  pools: readonly AppObject[] = [],
): ClusterState {
  const inSpec = declaredGroups(object, platform);
  const inPools = declaringPools(object, pools).map((pool) => poolId(id, pool).name);
  const declared = [...new Set([...inSpec, ...inPools])];
  // The spec of a cluster without groups shows the platform's md0 although no client declared it.
  const isRequested = object.annotations[defaultGroupAnnotation] === "platform";
  const isUndeclared = !isRequested && isPlatformsDefaultGroup(object, platform);
  const text = (key: string) => stringAt(object.spec, [key]);
  return {
    id,
    uid: object.uid,
    createdAt: object.createdAt,
    ...readClusterSpec(object.spec),
    labels: withoutOwnKeys(object.labels),
    annotations: withoutOwnKeys(object.annotations),
    defaultNodeGroup: defaultGroupRuns(object, monitors, platform, pools),
    managesDefaultGroup: object.annotations[defaultGroupAnnotation] === "managed",
    outdated:
      object.annotations[defaultGroupAnnotation] === "platform" &&
      hasRetiredDisk(platform, storedGroups(object, platform)[defaultGroupName]),
    ...statusOf(object, controlPlaneRuns(monitors, id.name)),
    endpoint: tenantInfo.endpoint?.server,
    caCertificate: tenantInfo.endpoint?.caCertificate,
    kubernetesVersion: tenantInfo.version,
    apiAddress: undefined,
    availableUpgrades: platform.source === "live" ? newerVersions(platform.versions, text("version")) : undefined,
    unmanagedNodeGroups: runningGroups(monitorsOf(monitors, id.name), id.name).filter(
      (name) => !declared.includes(name) || (name === defaultGroupName && isUndeclared),
    ),
    nodeGroups: declared,
    groupsBehind: pools.filter((pool) => isBehind(object, pool)).map((pool) => poolId(id, pool).name),
    addons: addonNames
      .filter(({ apiName }) => readAddon(object.json, apiName).enabled === true)
      .map(({ name }) => name),
    roles: [...inSpec.map((name) => storedGroups(object, platform)[name]), ...pools.map(({ spec }) => spec)].flatMap(
      (group) => readGroup(group).roles ?? [],
    ),
    // The chart's version determines the patch version of Kubernetes, the spec everything else (platform.md §3.3).
    tenantKey: [object.uid, text("version"), text("host"), stringAt(object.json, ["status", "version"])].join(" "),
    creation: object.annotations[creationAnnotation],
  };
}

/** Returns the observed state of a node group, from the cluster's spec or from its `KubernetesNodes` object. */
export function nodeGroupState(
  id: NodeGroupId,
  backend: NodeGroupState["backend"],
  object: AppObject,
  clusterUid: string | undefined,
  monitors: readonly Monitor[],
): NodeGroupState {
  const spec = readGroup(backend === "cluster" ? valueAt(object.spec, ["nodeGroups", id.name]) : object.spec);
  const monitor = groupMonitor(monitors, id);
  const enough = monitor !== undefined && (monitor.availableReplicas ?? 0) >= (spec.minReplicas ?? 0);
  return {
    id,
    backend,
    uid: object.uid,
    clusterUid,
    spec,
    ...statusOf(object, enough),
    readyReplicas: monitor?.availableReplicas,
    observedReplicas: monitor?.observedReplicas,
  };
}

/** Returns the observed state of an add-on from its cluster; undefined if the platform does not serve it. */
export function addonState(id: AddonId, object: AppObject, platform: Platform): AddonState | undefined {
  const apiName = addonApiName(id.name);
  if (apiName === undefined) return undefined;
  if (!platform.addons.includes(apiName) && valueAt(object.spec, ["addons", apiName]) === undefined) return undefined;
  return { id, clusterUid: object.uid, ...readAddon(object.json, apiName), addresses: [], ...statusOf(object, true) };
}
