import { appendFile, open } from "node:fs/promises";
import type { Clock } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { Hikube } from "../../../core/hikube.ts";
import { type ClusterId, clusterKey, clusterOf } from "../../../core/ids.ts";
import { DiagnosticError } from "../../../engine/diagnostic.ts";
import { lineTime, progressLine } from "./progress-line.ts";

interface ProgressFileOptions {
  /** From HIKUBE_PROGRESS. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

const readMs = 2_000;

/**
 * Returns the library with a record of its waits: while a change or removal of a cluster or of something in it runs, a line is appended to
 * the file whenever the cluster's progress changes. Throws DiagnosticError if the file cannot be written.
 */
export async function withProgressFile(hikube: Hikube, options: ProgressFileOptions): Promise<Hikube> {
  await expectWritable(options.path);
  const followers = new Map<string, Follower>();
  const during = async <T>(id: ClusterId, work: Promise<T>): Promise<T> => {
    const key = clusterKey(id);
    const follower = followers.get(key) ?? new Follower(hikube, id, options);
    followers.set(key, follower);
    follower.begin();
    try {
      return await work;
    } finally {
      await follower.end();
    }
  };
  const { clusters, nodeGroups, addons } = hikube;
  return {
    ...hikube,
    clusters: {
      ...clusters,
      converge: (id, desired, o) => during(id, clusters.converge(id, desired, o)),
      remove: (id, o) => during(id, clusters.remove(id, o)),
    },
    nodeGroups: {
      ...nodeGroups,
      converge: (id, desired, o) => during(clusterOf(id), nodeGroups.converge(id, desired, o)),
      remove: (id, o) => during(clusterOf(id), nodeGroups.remove(id, o)),
    },
    addons: {
      ...addons,
      converge: (id, desired, o) => during(clusterOf(id), addons.converge(id, desired, o)),
      remove: (id, o) => during(clusterOf(id), addons.remove(id, o)),
    },
  };
}

/** Records the progress of one cluster while operations on it run. */
class Follower {
  private readonly hikube: Hikube;
  private readonly id: ClusterId;
  private readonly options: ProgressFileOptions;
  private operations = 0;
  private last = "";
  private stop = new AbortController();

  constructor(hikube: Hikube, id: ClusterId, options: ProgressFileOptions) {
    this.hikube = hikube;
    this.id = id;
    this.options = options;
  }

  begin(): void {
    this.operations += 1;
    if (this.operations > 1) return;
    this.stop = new AbortController();
    void this.run(this.stop.signal);
  }

  async end(): Promise<void> {
    this.operations -= 1;
    if (this.operations > 0) return;
    this.stop.abort();
    await this.record();
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.record();
      await this.options.clock.sleep(readMs, signal).catch(() => {});
    }
  }

  /** Appends a line if the progress has changed. The record is additional: a cluster that cannot be read is left out. */
  private async record(): Promise<void> {
    const { path, clock, log } = this.options;
    try {
      const [progress] = await this.hikube.progress({ id: this.id, signal: new AbortController().signal });
      const line = progress === undefined ? this.last : progressLine(progress);
      if (line === this.last) return;
      this.last = line;
      await appendFile(path, `${lineTime(clock.now())} ${line}\n`);
    } catch (error) {
      log("debug", "the progress was not recorded", { error: error instanceof Error ? error.message : String(error) });
    }
  }
}

async function expectWritable(path: string): Promise<void> {
  try {
    await (await open(path, "a")).close();
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code);
    throw new DiagnosticError(
      "The progress file cannot be written",
      `${path}, from HIKUBE_PROGRESS, cannot be written (${code}). Name another file, or unset the variable.`,
      undefined,
      { cause },
    );
  }
}
