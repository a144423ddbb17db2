import { clusterKey } from "../core/ids.ts";
import type { ClusterProgress } from "../core/progress.ts";
import type { PlatformEvent } from "../core/read/events.ts";
import { lineTime, oneLine, progressLine } from "../hikube/shared/progress/progress-line.ts";
import type { CommandIo } from "./command-io.ts";
import { watchTable } from "./watch-table.ts";

/** Shows the progress of clusters. */
export interface WatchDisplay {
  /** `trouble`: why the platform cannot be read at the moment; `clusters` is then the last progress. */
  show(clusters: readonly ClusterProgress[], trouble?: string): void;
}

/** A table that is updated in place. */
export function tableDisplay(io: CommandIo): WatchDisplay {
  const began = io.clock.now();
  let shown = 0;
  return {
    show: (clusters, trouble) => {
      const { columns = 80, rows = 24 } = io.terminal ?? {};
      const all = watchTable(clusters, io.clock.now(), began);
      if (trouble !== undefined) all.push(oneLine(trouble));
      // A terminal cannot move the cursor above its first row.
      const lines = all.length < rows ? all : [...all.slice(0, rows - 2), `… ${all.length - rows + 2} more lines`];
      const up = shown === 0 ? "" : `\u001b[${shown}A\u001b[J`;
      io.out(`${up}${lines.map((line) => `${line.slice(0, columns)}\n`).join("")}`);
      shown = lines.length;
    },
  };
}

/** One line per change of a cluster. */
export function lineDisplay(io: CommandIo): WatchDisplay {
  const last = new Map<string, string>();
  const print = (key: string, line: string) => {
    if (last.get(key) === line) return;
    last.set(key, line);
    io.out(`${lineTime(io.clock.now())} ${line}\n`);
  };
  return {
    show: (clusters, trouble) => {
      if (trouble !== undefined) print("", oneLine(trouble));
      else if (clusters.length === 0) print("", "no clusters");
      else for (const cluster of clusters) print(clusterKey(cluster.id), progressLine(cluster));
    },
  };
}

/** One JSON object per change. */
export function jsonDisplay(io: CommandIo): WatchDisplay {
  let last = "";
  return {
    show: (clusters, trouble) => {
      const text = JSON.stringify({ clusters: clusters.map(toJson), error: trouble ?? null });
      if (text === last) return;
      last = text;
      io.out(`{"time":"${lineTime(io.clock.now())}",${text.slice(1)}\n`);
    },
  };
}

const toJson = ({ id, version, release, lastEvent, ...progress }: ClusterProgress): object => ({
  id: clusterKey(id),
  ...progress,
  version: version ?? null,
  release: release ?? null,
  lastEvent: lastEvent === undefined ? null : eventJson(lastEvent),
});

const eventJson = ({ at, isWarning, ...event }: PlatformEvent): object => ({
  time: new Date(at).toISOString(),
  type: isWarning ? "Warning" : "Normal",
  ...event,
});
