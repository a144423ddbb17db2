import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import { text } from "../store/kube-object.ts";
import type { MigrationContext } from "./migration.ts";

/** Keys that a pool takes over from its group. */
const groupKeys = [
  "minReplicas",
  "maxReplicas",
  "instanceType",
  "diskSize",
  "roles",
  "resources",
  "gpus",
  "kubelet",
  "logSerialConsole",
  "podCpuLimit",
  "podCpuRequest",
];
const scalarKeys = [
  "minReplicas",
  "maxReplicas",
  "instanceType",
  "diskSize",
  "storageClass",
  "logSerialConsole",
  "maxUnhealthy",
  "nodeStartupTimeout",
];
const prefix = "kubernetes-nodes-";

/**
 * Makes a `KubernetesNodes` release of every group that a cluster stores, or of the implicit one, and hands it the machines. The groups
 * stay stored in the cluster. A group that cannot be a release keeps its machines and is managed by nothing.
 */
export function adoptPools(context: MigrationContext, cluster: HelmRelease): void {
  const { state, from } = context;
  const stored = cluster.values["nodeGroups"] ?? {};
  const declared = isJsonObject(stored) ? stored : {};
  const implicit = from.implicitNodeGroup;
  const isEmpty = isJsonObject(stored) && Object.keys(stored).length === 0;
  const groups = isEmpty && implicit !== undefined ? { [implicit.name]: implicit.group } : declared;
  const running = state.clusters.get(cluster.name)?.groups ?? {};
  for (const [name, group] of Object.entries(running)) {
    if (group.owner === `kubernetes-${cluster.name}`) running[name] = { ...group, pinned: true };
  }
  for (const [name, group] of Object.entries(groups)) {
    const app = `${cluster.name}-${name}`;
    if (!isPool(prefix + app, group) || state.releases.get("KubernetesNodes", app) !== undefined) continue;
    state.releases.create("KubernetesNodes", app, { values: poolValues(cluster, group) });
    const { pinned: _, ...machines } = running[name] ?? {};
    if ("owner" in machines) running[name] = { ...machines, owner: prefix + app };
  }
}

/** Whether a release can be made: a DNS label that is short enough, and settings of the right sort. */
function isPool(release: string, group: Json): group is JsonObject {
  const isName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(release) && release.length <= 53;
  return isName && isJsonObject(group) && scalarKeys.every((key) => typeof (group[key] ?? "") !== "object");
}

function poolValues({ name, values }: HelmRelease, group: JsonObject): JsonObject {
  const health = isJsonObject(values["nodeHealthCheck"]) ? values["nodeHealthCheck"] : {};
  const images = isJsonObject(values["images"]) ? values["images"] : {};
  const storageClass = text(group["storageClass"]) || values["storageClass"];
  const all: Record<string, Json | undefined> = {
    cluster: name,
    ...picked(group, groupKeys),
    storageClass,
    ...picked(health, ["maxUnhealthy", "nodeStartupTimeout", "readyUnknownTimeout", "readyFalseTimeout"]),
    ...picked(group, ["maxUnhealthy", "nodeStartupTimeout"]),
    ...picked(values, ["maxNodeProvisionTime", "version", "talos"]),
    ...(images["kubectl"] === undefined ? {} : { images: { kubectl: images["kubectl"] } }),
  };
  const set = Object.entries(all).filter((one): one is [string, Json] => one[1] !== undefined && one[1] !== null);
  return Object.fromEntries(set);
}

const picked = (from: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));

/** The releases of add-ons that the new platform lacks stay in the cluster and are managed by nothing. */
export function orphanAddons({ state, from, to }: MigrationContext, cluster: HelmRelease): void {
  const addons = state.clusters.get(cluster.name)?.addons ?? {};
  const removed = Object.entries(from.addons).filter(([name]) => !Object.hasOwn(to.addons, name));
  for (const name of removed.flatMap(([, { releases }]) => Object.keys(releases))) {
    const addon = addons[name];
    if (addon?.wanted === true) addons[name] = { ...addon, orphaned: true };
  }
}
