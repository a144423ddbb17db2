import type { JsonObject } from "../../base/json.ts";
import { jsonEqual } from "../../base/json.ts";
import { type AppObject, type Condition, isOlder, releaseNumber } from "../object/app-object.ts";
import { isAsAtWrite, lastWriteOf, readyMark, releaseAtWrite } from "../object/last-write.ts";
import { contentHash } from "./content-hash.ts";

/** Knowledge about one object since this process created it, wrote to it or began to watch it. */
interface Known {
  readonly uid: string;
  /** The object at that time; a difference shows a write of another client. */
  readonly left: AppObject;
  /** Resource version of the newest observation. */
  version: string;
  ready: Condition | undefined;
  /** Number of Flux attempts that must still be observed to begin. */
  missing: number;
  /** The version that has been unchanged for a while: no attempt is about to begin. */
  restedAt: string | undefined;
}

/**
 * Determines whether Flux's finalizer is on an object. No read shows it. A DELETE without it removes the object immediately and leaves
 * the control plane and the machines running (platform.md §1.11). A POST keeps the finalizer; any PUT or PATCH drops it. Flux restores
 * it at the beginning of its next attempt (an install or upgrade), never during one. After a write, the beginning of an attempt must
 * therefore be observed that is certainly later than the write. An attempt becomes visible only some time after it has begun, so it may
 * have begun before the write:
 *
 * | condition Ready at the write                              | attempts that must be observed to begin after it   |
 * |-----------------------------------------------------------|----------------------------------------------------|
 * | (the write is the POST that created the object)           | none                                               |
 * | True, the result of all former writes                     | 1: only this write makes Flux begin                |
 * | Unknown: an action is in progress                         | 1: the next one begins after the current action    |
 * | True, but a former write's attempt was not observed yet   | 2: the first may have begun before this write      |
 * | False: Flux retries by itself                             | 2: likewise                                        |
 * | absent: Flux has not reconciled the object yet            | 2: likewise                                        |
 *
 * Every write records this on the object (`LastWrite`), so that another process reaches the same result and does not mistake a pending
 * attempt of a former write for its own. An object that differs from its last write's record counts as written when it is first
 * observed, because clients without this library leave no record.
 */
export class Finalizers {
  private readonly known = new Map<string, Known>();

  /** Records an object that this process created. */
  created(path: string, object: AppObject): void {
    this.known.set(path, knownOf(object, object, 0));
  }

  /** Returns the number of attempts that must be observed to begin after a write to the object as just read. */
  attemptsAfter(path: string, before: AppObject): number {
    this.saw(path, before);
    const known = this.known.get(path);
    const status = before.ready?.status;
    if (status === "Unknown") return 1;
    if (status !== "True") return 2;
    if (known?.restedAt === before.resourceVersion) return 1;
    const isOpen = known !== undefined && known.uid === before.uid && known.missing > 0;
    const last = lastWriteOf(before);
    return isOpen || (last !== undefined && isAsAtWrite(last, before)) ? 2 : 1;
  }

  /**
   * Records a write of this process: the object read before it, and the response. Where the response has another condition, the read was
   * old, or the write was delayed; what has begun in between began before the write.
   */
  wrote(path: string, before: AppObject, after: AppObject, attempts: number): void {
    const hasMoved = after.ready !== undefined && readyMark(after) !== readyMark(before);
    const missing = after.ready?.status === "Unknown" ? 1 : 2;
    this.known.set(path, hasMoved ? knownOf(after, after, missing) : knownOf(after, before, attempts));
  }

  /** Records a write with an unknown outcome. */
  unsure(path: string): void {
    this.known.delete(path);
  }

  /** Whether the object was read from a stale replica. */
  isStale(path: string, { uid, resourceVersion }: AppObject): boolean {
    const known = this.known.get(path);
    return known !== undefined && known.uid === uid && isOlder(resourceVersion, known.version);
  }

  /** Counts the attempts of Flux; observations from before the last write are ignored. */
  saw(path: string, object: AppObject): void {
    const known = this.known.get(path);
    if (known === undefined || known.uid !== object.uid || this.isStale(path, object)) return;
    known.missing = Math.max(0, known.missing - attemptsBetween(known.ready, object.ready));
    known.version = object.resourceVersion;
    known.ready = object.ready ?? known.ready;
  }

  /** The same for an object that is to be deleted: if another client wrote to it, it counts as written now. */
  watch(path: string, object: AppObject): void {
    this.saw(path, object);
    const known = this.known.get(path);
    if (this.isStale(path, object) || (known !== undefined && isUntouched(known, object))) return;
    this.known.set(path, knownOf(object, object, object.ready?.status === "Unknown" ? 1 : 2));
  }

  /** Records that this version of the object has been unchanged for a while. */
  rests(path: string, { resourceVersion }: AppObject): void {
    const known = this.known.get(path);
    if (known !== undefined) known.restedAt = resourceVersion;
  }

  /** Whether an attempt has certainly begun since this process last wrote to the object. */
  hasLooked(path: string): boolean {
    return this.known.get(path)?.missing === 0;
  }

  /** Whether the finalizer is certainly on the object as just read. */
  holds(path: string, object: AppObject): boolean {
    const known = this.known.get(path);
    return known !== undefined && this.hasLooked(path) && isUntouched(known, object);
  }
}

const knownOf = (left: AppObject, { ready }: AppObject, missing: number): Known => ({
  uid: left.uid,
  left,
  version: left.resourceVersion,
  ready,
  missing,
  restedAt: undefined,
});

function isUntouched({ uid, left }: Known, live: AppObject): boolean {
  const written = ({ spec, labels, annotations }: AppObject) => ({ spec, labels, annotations });
  return uid === live.uid && jsonEqual(written(left), written(live));
}

/**
 * The same from the record of the last write, made by any process: no other client has written since, and the write was the creation,
 * or an attempt has begun since that only this write can have started.
 */
export function holdsByRecord(object: AppObject, schema: JsonObject): boolean {
  const last = lastWriteOf(object);
  if (last === undefined || last.content !== contentHash(object, schema)) return false;
  if (last.attempts === 0) return true;
  if (!last.ready.startsWith("True/") || isAsAtWrite(last, object)) return false;
  return last.attempts === 1 || isTwoLater(releaseAtWrite(last), object.ready);
}

/** Returns how many attempts have certainly begun between two observations, at most 2. */
function attemptsBetween(before: Condition | undefined, now: Condition | undefined): number {
  if (!hasBegun(before, now)) return 0;
  return before?.status === "True" && isTwoLater(releaseNumber(before.message), now) ? 2 : 1;
}

/**
 * Whether a success is at least two releases later than another. An attempt takes one release, and one more for its rollback if it fails,
 * so at least two attempts have begun in between.
 */
function isTwoLater(release: number | undefined, now: Condition | undefined): boolean {
  const newest = now?.status === "True" ? releaseNumber(now.message) : undefined;
  return release !== undefined && newest !== undefined && newest >= release + 2;
}

/** Whether a new attempt of Flux began between two observations. The uninstall or rollback after a failed action is part of that action. */
export function hasBegun(before: Condition | undefined, now: Condition | undefined): boolean {
  if (now === undefined || isRemedy(now)) return false;
  if (before === undefined) return true;
  const isSame =
    before.status === now.status &&
    before.message === now.message &&
    before.lastTransitionTime === now.lastTransitionTime;
  if (isSame) return false;
  // A change to True or False is the end of this action or of the one before it, not the beginning of an attempt.
  if (before.status === "Unknown") return now.status === "Unknown" && /^Running '/.test(before.message);
  return true;
}

/** Whether a condition describes the uninstall or rollback after a failed action, or its tests. */
export const isRemedy = ({ reason, message }: Pick<Condition, "reason" | "message">): boolean =>
  /^(?:Uninstall|Rollback|Test)/.test(reason) || /^Running '(?:uninstall|rollback|test)'/.test(message);
