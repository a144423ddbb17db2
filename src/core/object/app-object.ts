import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { redact } from "../../base/redact.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupId } from "../ids.ts";
import { releaseName } from "../ids.ts";
import { numberAt, objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import type { Conceal } from "./secrets.ts";

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** A `Kubernetes` or `KubernetesNodes` object as it was read: defaults filled in by the server. */
export interface AppObject {
  readonly json: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
  /** Set once the object is on its way out. */
  readonly deletedAt: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  readonly ready: Condition | undefined;
}

function strings(value: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Parses an answer of the API, its texts without secrets (`conceal`); throws CoreError `Unreachable` where it is not what the API promises. */
export function parseApp(json: Json, conceal: Conceal = redact): AppObject {
  const uid = stringAt(json, ["metadata", "uid"]);
  const name = stringAt(json, ["metadata", "name"]);
  if (!isJsonObject(json) || uid === undefined || name === undefined) {
    throw new CoreError("Unreachable", "The API's answer is not the object that was asked for.");
  }
  const conditions = valueAt(json, ["status", "conditions"]);
  const ready = Array.isArray(conditions) ? conditions.find((item) => stringAt(item, ["type"]) === "Ready") : undefined;
  return {
    json,
    name,
    namespace: stringAt(json, ["metadata", "namespace"]) ?? "",
    uid,
    resourceVersion: stringAt(json, ["metadata", "resourceVersion"]) ?? "",
    createdAt: stringAt(json, ["metadata", "creationTimestamp"]) ?? "",
    deletedAt: stringAt(json, ["metadata", "deletionTimestamp"]),
    labels: strings(objectAt(json, ["metadata", "labels"])),
    annotations: strings(objectAt(json, ["metadata", "annotations"])),
    spec: objectAt(json, ["spec"]),
    ready:
      ready === undefined
        ? undefined
        : {
            type: "Ready",
            status: stringAt(ready, ["status"]) ?? "Unknown",
            reason: stringAt(ready, ["reason"]) ?? "",
            message: conceal(stringAt(ready, ["message"]) ?? "", json),
            lastTransitionTime: stringAt(ready, ["lastTransitionTime"]) ?? "",
          },
  };
}

/** Parses every item of a list; what is no object of that kind is left out. */
export function parseApps(json: Json, conceal: Conceal = redact): AppObject[] {
  const items = valueAt(json, ["items"]);
  if (!Array.isArray(items)) throw new CoreError("Unreachable", "The API's answer is not a list.");
  return items
    .filter((item) => stringAt(item, ["metadata", "uid"]) !== undefined)
    .map((item) => parseApp(item, conceal));
}

/** A `WorkloadMonitor`: what really runs of a control plane or a group (platform.md §5.1). */
export interface Monitor {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** The release it belongs to, e.g. `kubernetes-prod`; by label or selector, as name prefixes are ambiguous. */
  readonly release: string;
  readonly minReplicas: number;
  readonly availableReplicas: number | undefined;
  readonly observedReplicas: number | undefined;
  readonly deleting: boolean;
}

/** Parses the monitors of a namespace. */
export function parseMonitors(json: Json): Monitor[] {
  const items = valueAt(json, ["items"]);
  if (!Array.isArray(items)) throw new CoreError("Unreachable", "The API's answer is not a list.");
  return items.flatMap((item) => {
    const name = stringAt(item, ["metadata", "name"]);
    const selector = objectAt(item, ["spec", "selector"]);
    const cluster = selector["cluster.x-k8s.io/cluster-name"] ?? selector["kamaji.clastix.io/name"];
    if (name === undefined) return [];
    const controlPlane = stringAt(item, ["spec", "type"]) === "control-plane";
    return [
      {
        name,
        role: controlPlane ? "control-plane" : "worker",
        release: typeof cluster === "string" ? cluster : controlPlane ? name : name.replace(/-[^-]+$/, ""),
        minReplicas: numberAt(item, ["spec", "minReplicas"]) ?? 0,
        availableReplicas: numberAt(item, ["status", "availableReplicas"]),
        observedReplicas: numberAt(item, ["status", "observedReplicas"]),
        deleting: stringAt(item, ["metadata", "deletionTimestamp"]) !== undefined,
      } satisfies Monitor,
    ];
  });
}

/** The monitors of one cluster: its control plane's and its groups'. */
export function monitorsOf(monitors: readonly Monitor[], cluster: string): Monitor[] {
  return monitors.filter(({ release }) => release === releaseName(cluster));
}

export const controlPlaneMonitor = (monitors: readonly Monitor[], cluster: string): Monitor | undefined =>
  monitors.find(({ name, role }) => role === "control-plane" && name === releaseName(cluster));

export const groupMonitor = (
  monitors: readonly Monitor[],
  id: Pick<NodeGroupId, "cluster" | "name">,
): Monitor | undefined =>
  monitors.find(
    ({ name, role, release }) =>
      role === "worker" && release === releaseName(id.cluster) && name === `${releaseName(id.cluster)}-${id.name}`,
  );

/** Names of the groups that have machines, by their monitors: a group scaled to nothing costs nothing. */
export function runningGroups(monitors: readonly Monitor[], cluster: string): string[] {
  const prefix = `${releaseName(cluster)}-`;
  return monitorsOf(monitors, cluster)
    .filter(({ role, name }) => role === "worker" && name.startsWith(prefix))
    .filter(({ observedReplicas = 0 }) => observedReplicas > 0)
    .map(({ name }) => name.slice(prefix.length));
}

/** The Helm release number a success message speaks of: the honest signal of §7.1. */
export function releaseNumber(message: string): number | undefined {
  const match = /for release \S+\.v(\d+) with chart/.exec(message);
  return match === null ? undefined : Number(match[1]);
}

/** Whether one resource version is older than another. They are etcd revisions; where they are not, nothing is claimed. */
export function isOlder(version: string, than: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
