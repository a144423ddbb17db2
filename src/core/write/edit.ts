import { CoreError } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import type { Baseline } from "../rollout/release.ts";
import type { Change } from "../spec/patch.ts";

/** Where an object lives and what it is called. */
export interface Target {
  readonly path: string;
  readonly name: string;
  /** Whether it is a cluster, whose writes carry riders; else a group's own object. */
  readonly cluster: boolean;
}

/** One owner's wish: the changes of his own keys on a live object. Pure but for what it throws to refuse. */
export interface Edit {
  /** For the log, e.g. `node group web`. */
  readonly owner: string;
  readonly expectUid: string | undefined;
  /** `first` is true until a write of this edit was sent: only then is what stands there somebody else's. */
  build(live: AppObject, platform: Platform, first: boolean): readonly Change[];
}

export interface Written {
  /** As it was read right before. */
  readonly before: AppObject;
  readonly after: AppObject;
  /** False where nothing differed and nothing was sent. */
  readonly wrote: boolean;
  readonly baseline: Baseline;
  /** Why nobody could look whether the write holds; undefined where it was seen to hold. */
  readonly unseen?: string | undefined;
  /** Distinct for every request that went out; the waiters of one write share it. */
  readonly write: number;
}

/** Where an object of that name is not the one that was meant. */
export const replaced = (live: AppObject): CoreError =>
  new CoreError(
    "Replaced",
    `${label(live)} is not the one in the state: another client deleted it and created it again under the same name.`,
    {
      summary: `${label(live)} was replaced by another client`,
      hint: "To manage it, remove the old one from the state (`terraform state rm <address>`) and import the new one.",
    },
  );

/** Where an object must not be written to any more (platform.md §1.11). */
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
