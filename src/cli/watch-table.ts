import { showDuration } from "../base/duration.ts";
import { clusterKey } from "../core/ids.ts";
import type { ClusterProgress, NodeGroupProgress } from "../core/progress.ts";
import { eventText, gpuText, oneLine } from "../hikube/shared/progress/progress-line.ts";

/** Returns the progress of clusters as a table. `now` and `began`: clock ms. */
export function watchTable(clusters: readonly ClusterProgress[], now: number, began: number): string[] {
  const elapsed = `elapsed ${duration(now - began)}`;
  if (clusters.length === 0) return [`no clusters   ${elapsed}`];
  return [...clusters.flatMap((cluster) => [...clusterLines(cluster, now), ""]), elapsed];
}

function clusterLines(cluster: ClusterProgress, now: number): string[] {
  const { id, ready, status, version, controlPlane, release, nodeGroups, addons, message, lastEvent } = cluster;
  const state = ready ? "ready" : status === "ready" ? "waiting" : status;
  const widest = Math.max(0, ...addons.map((addon) => addon.name.length));
  const field = (name: string, text: string) => `  ${name.padEnd(14)}  ${text}`;
  return [
    `${clusterKey(id)}  ${version ?? ""}  ${state}`,
    field("control plane", `${controlPlane.ready ? "ready" : "not ready"}`),
    field(
      "release",
      `${release === undefined ? "none" : `v${release}`}${message === "" ? "" : `  ${oneLine(message)}`}`,
    ),
    ...(nodeGroups.length === 0 ? [] : groupLines(nodeGroups)),
    ...addons.map((addon, index) =>
      field(
        index === 0 ? "add-ons" : "",
        `${addon.name.padEnd(widest)}  ${addon.status}${addon.message === "" ? "" : `: ${oneLine(addon.message)}`}`,
      ),
    ),
    ...(lastEvent === undefined
      ? []
      : [field("last event", `${duration(now - lastEvent.at)} ago  ${eventText(lastEvent)}`)]),
  ];
}

function groupLines(groups: readonly NodeGroupProgress[]): string[] {
  const rows = [
    ["", "READY", "MIN", "MAX", "GPUS"],
    ...groups.map(({ name, readyReplicas, minReplicas, maxReplicas, gpus }) => [
      name,
      String(readyReplicas),
      String(minReplicas),
      String(maxReplicas),
      gpuText(gpus),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${(index === 0 ? "node groups" : "").padEnd(14)}  ${cells.join("  ")}`.trimEnd();
  });
}

/** Whole seconds, so that a table does not change more often than that. */
const duration = (ms: number): string => (ms < 1_000 ? "0s" : showDuration(Math.floor(ms / 1_000) * 1_000));
