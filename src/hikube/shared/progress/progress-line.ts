import { clusterKey } from "../../../core/ids.ts";
import type { AddonProgress, ClusterProgress, NodeGroupProgress } from "../../../core/progress.ts";
import type { PlatformEvent } from "../../../core/read/events.ts";

/** Returns the progress of a cluster as one line, without the time. */
export function progressLine(progress: ClusterProgress): string {
  const { id, ready, status, controlPlane, release, nodeGroups, addons, message, lastEvent } = progress;
  const parts = [
    `${clusterKey(id)} ${ready ? "ready" : status === "ready" ? "waiting" : status}`,
    `control plane ${controlPlane.ready ? "ready" : "not ready"}`,
    ...(release === undefined ? [] : [`release v${release}`]),
    ...nodeGroups.map(groupText),
    ...addons.map(addonText),
    ...(ready || message === "" ? [] : [oneLine(message)]),
    ...(ready || lastEvent?.isWarning !== true ? [] : [`last event: ${eventText(lastEvent)}`]),
  ];
  return parts.join("; ");
}

const groupText = ({ name, readyReplicas, minReplicas, maxReplicas, gpus }: NodeGroupProgress): string =>
  `${name} ${readyReplicas} of ${minReplicas}..${maxReplicas}${gpus.length === 0 ? "" : ` with ${gpuText(gpus)}`}`;

const addonText = ({ name, status, message }: AddonProgress): string =>
  `${name} ${status}${message === "" ? "" : ` (${message})`}`;

/** Returns the GPUs of a node: `2 × nvidia.com/AD102GL_L40S`. */
export function gpuText(gpus: readonly string[]): string {
  const kinds = [...new Set(gpus)];
  return kinds.map((kind) => `${gpus.filter((gpu) => gpu === kind).length} × ${kind}`).join(", ");
}

/** Returns an event without its time: `FailedScheduling (virt-launcher-…): 0/9 nodes are available`. */
export const eventText = ({ reason, about, message }: PlatformEvent): string =>
  `${reason} (${about}): ${oneLine(message)}`;

export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Returns the time of a line: RFC 3339 in whole seconds. @param ms since the epoch. */
export const lineTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
