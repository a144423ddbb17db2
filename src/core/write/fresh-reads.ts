import type { Clock } from "../../base/clock.ts";
import { Backoff } from "../../base/retry.ts";
import { CoreError } from "../core-error.ts";
import type { ObjectRef } from "../ids.ts";
import { type AppObject, isOlder } from "../object/app-object.ts";
import type { Reader } from "../read/reader.ts";

const limits = {
  /**
   * How long reads older than our own last write are rejected: after a restart of kube-apiserver the platform's cache was observed to
   * be stale for 20 s, and from 1.5 on a patch based on it reverts later writes.
   */
  staleMs: 120_000,
  backoff: { firstMs: 100, mostMs: 1_000 },
} as const;

/** Reads for a writer, never older than this process's own last write to the object. */
export class FreshReads {
  private readonly reader: Reader;
  private readonly clock: Clock;
  /** Resource version of our own last write by path; an older read is stale. */
  private readonly versions = new Map<string, string>();

  constructor(reader: Reader, clock: Clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /** Records a write of this process. */
  wrote({ path }: ObjectRef, object: AppObject): void {
    this.versions.set(path, object.resourceVersion);
  }

  /** Throws CoreError NotFound if the object does not exist, and the errors of the read. */
  async read(ref: ObjectRef): Promise<AppObject> {
    const known = this.versions.get(ref.path);
    const since = this.clock.now();
    const backoff = new Backoff(this.clock, () => 0.5, limits.backoff);
    for (;;) {
      const live = await this.reader.app(ref.path, ref.name);
      if (live === undefined) {
        throw new CoreError(
          "NotFound",
          `${ref.kind === "Kubernetes" ? "Cluster" : "Node group object"} ${ref.name} does not exist.`,
        );
      }
      const believed = known === undefined || !isOlder(live.resourceVersion, known);
      if (believed || this.clock.now() - since > limits.staleMs) return live;
      await backoff.pause();
    }
  }
}
