import type { Json } from "../../base/json.ts";
import { numberAt, objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { CoreError } from "../core-error.ts";
import { type NodeGroupId, releaseName } from "../ids.ts";

/** A `WorkloadMonitor`: the running replicas of a control plane or a group (platform.md §5.1). */
export interface Monitor {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  /** The release it belongs to, e.g. `kubernetes-prod`; from a label or selector, because name prefixes are ambiguous. */
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

/** Returns the monitors of one cluster: of its control plane and its groups. */
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

/** Returns the names of the groups with machines, by their monitors. A group scaled to zero is not billed. */
export function runningGroups(monitors: readonly Monitor[], cluster: string): string[] {
  const prefix = `${releaseName(cluster)}-`;
  return monitorsOf(monitors, cluster)
    .filter(({ role, name }) => role === "worker" && name.startsWith(prefix))
    .filter(({ observedReplicas = 0 }) => observedReplicas > 0)
    .map(({ name }) => name.slice(prefix.length));
}
