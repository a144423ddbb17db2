import { KubeError } from "../../kube/kube-error.ts";
import { isTransient } from "../core-error.ts";

/** How often in a row. */
const limits = {
  /** Failed tests and conflicts before the write is given up. */
  conflicts: 12,
  /** Refusals of a patch made from the same version of the object. */
  sameVersion: 3,
  /** Failures after which an object that reads but answers 404 to a write counts as gone. */
  missing: 4,
} as const;

/** What was answered to one write, try by try, and whether another makes sense. */
export class RefusedWrites {
  private conflicts = 0;
  private same = 0;
  private version: string | undefined;

  /** One try went through; what comes now is another race. */
  accepted(): void {
    this.conflicts = 0;
  }

  /**
   * @param version resource version of the object that the patch was made from.
   * @param inTime whether there is time for another try.
   */
  mayRepeat(error: unknown, version: string, inTime: boolean): boolean {
    const code = error instanceof KubeError ? error.code : undefined;
    if (code === "NotFound" && this.conflicts < limits.missing) {
      // It was read a moment ago: the replica that took the write is behind, or it has just gone. The next read knows.
      this.conflicts++;
      return true;
    }
    if (code !== "Conflict" && code !== "Invalid") return isTransient(error) && inTime;
    // A failed test on an unchanged object is not a race: the server refuses the content.
    this.same = version === this.version ? this.same + 1 : 0;
    this.version = version;
    // A conflict on an unchanged object comes from a stale cache, and passes.
    if (code === "Conflict" && this.same > 0) this.conflicts = Math.min(this.conflicts, limits.conflicts - 1);
    if (code === "Invalid" && (this.same >= limits.sameVersion || !isFailedTest(error))) return false;
    return ++this.conflicts <= limits.conflicts;
  }
}

/** Whether a 422 is the one of a JSON Patch that does not fit: its text says nothing else (platform.md §7). */
const isFailedTest = (error: unknown): boolean =>
  error instanceof KubeError && error.message.includes("due to an error in our request");
