import { CoreError } from "../core-error.ts";
import type { Change } from "../desired/patch.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Baseline } from "./baseline.ts";

/** The changes that one owner wants in an object. */
export interface Edit {
  readonly owner: Owner;
  /** `apply`: the owner's settings · `remove`: the end of its ownership · `reconcile`: a change without a meaning of its own. */
  readonly purpose: "apply" | "remove" | "reconcile";
  readonly expectUid: string | undefined;
  /** The changes of the owner's keys in the live object. `first` is true until a write of this edit was sent. Throws CoreError to refuse. */
  build(live: AppObject, platform: Platform, first: boolean): readonly Change[];
}

/** The result of a write. */
export interface Written {
  /** The object as it was read before the first attempt. */
  readonly before: AppObject;
  readonly after: AppObject;
  /** False where nothing differed and nothing was sent. */
  readonly wrote: boolean;
  readonly baseline: Baseline;
  /** Why the write could not be read back; undefined where it was. */
  readonly unseen?: string | undefined;
  /** Distinct for every request that was sent; the owners of one write share it. */
  readonly write: number;
}

/** The error of an object that is another one than expected, under the same name. */
export const replaced = (live: AppObject): CoreError =>
  new CoreError(
    "Replaced",
    `${label(live)} is not the one that was expected: another client deleted it and created it again under the same name.`,
    {
      summary: `${label(live)} was replaced by another client`,
      remedy: { kind: "forget" },
    },
  );

/** The error of an object that must not be written to any more (platform.md §1.11). */
export const deleting = (live: AppObject): CoreError =>
  new CoreError(
    "Deleting",
    `${label(live)} is being deleted${live.deletedAt === undefined ? "" : ` since ${live.deletedAt}`}; a change now would leave its machines running.`,
    {
      summary: `${label(live)} is being deleted`,
      hint: "Wait until it is deleted, then apply again.",
    },
  );

/** The error of a change that another client undoes whenever it is made. */
export const lost = (what: string, times: number): CoreError =>
  new CoreError("Lost", `Another client undid the changes to ${what} ${times} times in a row.`, {
    hint: "Find the other client that writes to this cluster (console, kubectl, another run), and let only one of them manage these settings.",
  });

const label = ({ json, name }: AppObject): string =>
  `${json["kind"] === "KubernetesNodes" ? "Node group object" : "Cluster"} ${name}`;
