import { CoreError } from "../core-error.ts";
import type { Change } from "../desired/patch.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Baseline } from "./baseline.ts";

/** The changes of one owner in an object. */
export interface Edit {
  readonly owner: Owner;
  /** `apply`: the owner's settings · `remove`: the end of its ownership · `reconcile`: a neutral change. */
  readonly purpose: "apply" | "remove" | "reconcile";
  readonly expectUid: string | undefined;
  /**
   * Returns the changes of the owner's keys in the live object. `first` is true until a write of this edit was sent. Throws CoreError
   * to reject the object.
   */
  build(live: AppObject, platform: Platform, first: boolean): readonly Change[];
}

/** The result of a write. */
export interface Written {
  /** The object as read before the first attempt. */
  readonly before: AppObject;
  readonly after: AppObject;
  /** False if nothing differed and nothing was sent. */
  readonly wrote: boolean;
  readonly baseline: Baseline;
  /** The error that prevented reading the write back; undefined if it was read back. */
  readonly unseen?: string | undefined;
  /** Unique per request sent; shared by the owners of one write. */
  readonly write: number;
}

/** Returns the error of an object with another uid than expected. */
export const replaced = (live: AppObject): CoreError =>
  new CoreError(
    "Replaced",
    `${label(live)} is not the one that was expected: another client deleted it and created it again under the same name.`,
    {
      summary: `${label(live)} was replaced by another client`,
      remedy: { kind: "forget" },
    },
  );

/** Returns the error of an object that must no longer be written to (platform.md §1.11). */
export const deleting = (live: AppObject): CoreError =>
  new CoreError(
    "Deleting",
    `${label(live)} is being deleted${live.deletedAt === undefined ? "" : ` since ${live.deletedAt}`}; a change now would leave its machines running.`,
    {
      summary: `${label(live)} is being deleted`,
      hint: "Wait until it is deleted, then apply again.",
    },
  );

/** Returns the error of a change that another client repeatedly reverts. */
export const lost = (what: string, times: number): CoreError =>
  new CoreError("Lost", `Another client undid the changes to ${what} ${times} times in a row.`, {
    hint: "Find the other client that writes to this cluster (console, kubectl, another run), and let only one of them manage these settings.",
  });

const label = ({ json, name }: AppObject): string =>
  `${json["kind"] === "KubernetesNodes" ? "Node group object" : "Cluster"} ${name}`;
