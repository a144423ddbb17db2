import type { JsonObject } from "../../../base/json.ts";
import { valueAt } from "../../../base/json-pointer.ts";
import { defaultGroupName, releaseName } from "../../../core/ids.ts";
import { monitorsOf, parseMonitors } from "../../../core/object/monitors.ts";
import type { Platform } from "../../../core/platform/platform.ts";
import { type FileObjects, nameOf, namespaceOf } from "./object-file.ts";

/**
 * Returns the objects, completed with what a file without monitors or without a status does not show: a cluster is at rest, and on
 * platform 1.1 the platform's own node group runs where its settings do not keep it away. That platform creates it with nodes unless a
 * null is stored, which a read does not show.
 */
export function withDefaultGroups(
  objects: FileObjects,
  { phantomGroup }: Platform,
): { readonly objects: FileObjects; readonly assumed: string[] } {
  const monitors = parseMonitors({ items: [...objects.WorkloadMonitor] });
  const isUnseen = (cluster: JsonObject) => phantomGroup && monitorsOf(monitors, nameOf(cluster)).length === 0;
  const unseen = objects.Kubernetes.filter(isUnseen);
  return {
    objects: {
      ...objects,
      Kubernetes: objects.Kubernetes.map(atRest),
      WorkloadMonitor: [...objects.WorkloadMonitor, ...unseen.map(defaultGroupMonitor)],
    },
    assumed: unseen.map((cluster) => `${namespaceOf(cluster)}/${nameOf(cluster)}`),
  };
}

const atRest = (cluster: JsonObject): JsonObject =>
  valueAt(cluster, ["status", "conditions"]) === undefined
    ? { ...cluster, status: { conditions: [{ type: "Ready", status: "True" }] } }
    : cluster;

function defaultGroupMonitor(cluster: JsonObject): JsonObject {
  const release = releaseName(nameOf(cluster));
  return {
    metadata: { name: `${release}-${defaultGroupName}`, namespace: namespaceOf(cluster) },
    spec: { type: "worker", selector: { "cluster.x-k8s.io/cluster-name": release } },
    status: { observedReplicas: 1, availableReplicas: 1 },
  };
}
