import { readdirSync, readFileSync } from "node:fs";

/** What the provider processes below one process used, together and at most. */
export interface Usage {
  /** User and system time of all of them. */
  readonly cpuMs: number;
  /** The largest resident set of any of them. */
  readonly peakBytes: number;
  /** How many there were. */
  readonly processes: number;
}

const sampleMs = 10;
/** Linux counts processor time for user space in hundredths of a second, whatever the kernel's own clock. */
const tickMs = 10;

/**
 * Watches the Terraform providers among the children of a process until `stop`. Both figures only grow while a process lives, so
 * that the last look counts. Undefined where there is no /proc.
 */
export function watchProviders(parent: number): { stop(): Usage | undefined } {
  const seen = new Map<string, { cpuMs: number; peakBytes: number }>();
  const look = () => {
    for (const pid of childrenOf(parent)) {
      try {
        // Not its name in `stat`: Node renames its main thread.
        if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("terraform-provider-")) continue;
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
        if (peak === undefined) continue;
        seen.set(pid, {
          cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
          peakBytes: Number(peak) * 1_024,
        });
      } catch {
        // It ended between two looks.
      }
    }
  };
  const timer = setInterval(look, sampleMs);
  return {
    stop: () => {
      clearInterval(timer);
      if (seen.size === 0) return undefined;
      const all = [...seen.values()];
      return {
        cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
        peakBytes: Math.max(...all.map(({ peakBytes }) => peakBytes)),
        processes: all.length,
      };
    },
  };
}

function childrenOf(parent: number): string[] {
  try {
    return readdirSync(`/proc/${parent}/task`).flatMap((task) =>
      readFileSync(`/proc/${parent}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}
