import { KubeError } from "../../kube/kube-error.ts";
import { isTransient } from "../core-error.ts";

/** Consecutive failures. */
const limits = {
  /** Failed tests and conflicts before the write fails. */
  conflicts: 12,
  /** Rejections of a patch based on the same version of the object. */
  sameVersion: 3,
  /** 404 responses to a write after which the object counts as gone although a read returns it. */
  missing: 4,
} as const;

/** Counts the failures of one write and determines whether another attempt can succeed. */
export class RefusedWrites {
  private conflicts = 0;
  private same = 0;
  private version: string | undefined;

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
    // A failed test on an unchanged object is not a race: the server rejects the content.
    this.same = version === this.version ? this.same + 1 : 0;
    this.version = version;
    // A conflict on an unchanged object comes from a stale cache and is temporary.
    if (code === "Conflict" && this.same > 0) this.conflicts = Math.min(this.conflicts, limits.conflicts - 1);
    if (code === "Invalid" && (this.same >= limits.sameVersion || !isFailedTest(error))) return false;
    return ++this.conflicts <= limits.conflicts;
  }
}

/** Whether a 422 is that of a JSON Patch with a failed test, whose text contains no details (platform.md §7). */
const isFailedTest = (error: unknown): boolean =>
  error instanceof KubeError && error.message.includes("due to an error in our request");
