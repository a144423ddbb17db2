import { lastWriteAnnotation } from "./annotations.ts";
import { type AppObject, type Condition, releaseNumber } from "./app-object.ts";

/**
 * The record that every write of this library stores on the object, for other processes: whether the platform has reconciled the object
 * since its last write determines whether it can be deleted (`Finalizers`).
 */
export interface LastWrite {
  /** Number of Flux attempts that had to begin after the write until its finalizer was certainly restored; 0 for the creation. */
  readonly attempts: number;
  /** The condition Ready at the write, as returned by `readyMark`. */
  readonly ready: string;
  /** Hash of the object's content (`core/write/content-hash.ts`) after the write; a difference shows a later write of another client. */
  readonly content: string;
  /** Pointer to the key that the write removed from the spec. */
  readonly removed?: string | undefined;
}

/**
 * Returns the condition Ready in short form; a different text means that Flux has reconciled the object in between. Times have seconds,
 * so the release number tells two results of one second apart (platform.md §7.1).
 */
export function readyMark({ ready }: AppObject): string {
  if (ready === undefined) return "none";
  const release = releaseNumber(ready.message);
  return `${timedMark(ready)}${release === undefined ? "" : `/${release}`}`;
}

const timedMark = ({ status, reason, lastTransitionTime }: Condition): string =>
  `${status}/${reason}/${lastTransitionTime}`;

/** Returns the release number of the condition Ready at a write; undefined if there was none. */
export function releaseAtWrite({ ready }: LastWrite): number | undefined {
  const release = ready.split("/")[3];
  return release === undefined ? undefined : Number(release);
}

/** Whether the condition Ready of an object is still that of the write. Earlier versions recorded no release number. */
export const isAsAtWrite = ({ ready }: LastWrite, object: AppObject): boolean =>
  ready === readyMark(object) || (object.ready !== undefined && ready === timedMark(object.ready));

export const writeMark = ({ attempts, ready, content, removed }: LastWrite): string =>
  [attempts, ready, content, ...(removed === undefined ? [] : [removed])].join(" ");

/** Returns the record of the last write; undefined if there is none. */
export function lastWriteOf({ annotations }: AppObject): LastWrite | undefined {
  const [attempts, ready, content, removed] = annotations[lastWriteAnnotation]?.split(" ") ?? [];
  if (ready === undefined || content === undefined) return undefined;
  return { attempts: Number(attempts), ready, content, removed };
}
