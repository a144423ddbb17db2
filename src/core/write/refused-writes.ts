import { KubeError } from "../../kube/kube-error.ts";
import { isTransient } from "../core-error.ts";

/** Consecutive failures. */
const limits = {
  /** Failed tests and conflicts before the write fails. */
  conflicts: 12,
  /**
   * Failed tests of patches based on the same version of the object. A server whose cache is stale makes patches on an older object; after
   * a restart that was observed for 20 s. With the backoff of a write, this is more than a minute.
   */
  sameVersion: 20,
  /** Refusals on an object that others changed meanwhile, after which the resource version is no longer tested: others write steadily. */
  races: 2,
  /** 404 responses to a write after which the object counts as gone although a read returns it. */
  missing: 4,
} as const;

/** Counts the failures of one write and determines whether another attempt can succeed. */
export class RefusedWrites {
  private conflicts = 0;
  private same = 0;
  private version: string | undefined;
  private races = 0;

  /** Whether others write so often that a test of the resource version would hardly ever succeed. */
  get isBusy(): boolean {
    return this.races >= limits.races;
  }

  /** Resets the count of conflicts after a successful attempt. */
  accepted(): void {
    this.conflicts = 0;
  }

  /**
   * @param version resource version of the object that the patch is based on.
   * @param inTime whether there is time for another attempt.
   */
  mayRepeat(error: unknown, version: string, inTime: boolean): boolean {
    const code = error instanceof KubeError ? error.code : undefined;
    if (code === "NotFound" && this.conflicts < limits.missing) {
      // The object was just read: the replica of the write is stale, or the object was just deleted. The next read shows which.
      this.conflicts++;
      return true;
    }
    if (code !== "Conflict" && code !== "Invalid") return isTransient(error) && inTime;
    if (code === "Invalid" && !isFailedTest(error)) return false;
    this.same = version === this.version ? this.same + 1 : 0;
    this.version = version;
    if (this.same === 0) {
      this.races++;
      return ++this.conflicts <= limits.conflicts;
    }
    // A refusal on an unchanged object comes from a stale cache and is temporary. The server does not validate the content of a patch.
    return code === "Conflict" || this.same < limits.sameVersion;
  }
}

/** Whether a 422 is that of a JSON Patch with a failed test, whose text contains no details (platform.md §7). */
const isFailedTest = (error: unknown): boolean =>
  error instanceof KubeError && error.message.includes("due to an error in our request");
