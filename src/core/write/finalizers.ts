import type { JsonObject } from "../../base/json.ts";
import { jsonEqual } from "../../base/json.ts";
import { type AppObject, type Condition, isOlder } from "../object/app-object.ts";
import { contentHash, lastWriteOf, readyMark } from "./last-write.ts";

/** What is known of one object since this process created it, wrote to it or began to watch it. */
interface Known {
  readonly uid: string;
  /** The object as it was then: where it reads otherwise, another writer was there. */
  readonly left: AppObject;
  /** Resource version of the newest observation. */
  version: string;
  ready: Condition | undefined;
  /** How many attempts of Flux must still be seen to begin. */
  missing: number;
  /** The version at which nothing had moved for a while: no attempt is about to begin. */
  restedAt: string | undefined;
}

/**
 * Whether Flux's finalizer is on an object. No read shows it, and a DELETE without it removes the object at once and leaves the
 * control plane and the machines running (platform.md §1.11). A POST keeps the finalizer, any PUT or PATCH drops it, and Flux puts it
 * back at the beginning of its next attempt (an install or upgrade), never during one. So after a write the beginning of an attempt
 * is awaited that certainly came after it. An attempt shows itself only some time after it has begun, so it may have begun before the write:
 *
 * | condition Ready at the write                              | attempts that must be seen to begin after it          |
 * |-----------------------------------------------------------|-------------------------------------------------------|
 * | (the write is the POST that created the object)            | none                                                  |
 * | True, the result of all former writes                      | 1: only this write makes Flux begin                   |
 * | Unknown: an action is under way                            | 1: the next one begins after the action under way     |
 * | True, but a former write's attempt has not been seen yet   | 2: the first may have begun before this write         |
 * | False: Flux retries by itself                              | 2: likewise                                           |
 * | absent: Flux has not looked yet                            | 2: likewise                                           |
 *
 * Every write notes this on the object (`LastWrite`), so that another process can tell the same, and does not take an attempt that is still
 * to come for a former write for its own. An object that reads otherwise than its last write left it counts as written at the moment
 * when it is first looked at: a client without this library leaves no note.
 */
export class Finalizers {
  private readonly known = new Map<string, Known>();

  /** This process created the object. */
  created(path: string, object: AppObject): void {
    this.known.set(path, knownOf(object, object, 0));
  }

  /** How many attempts must be seen to begin after a write to the object as it was just read. */
  attemptsAfter(path: string, before: AppObject): number {
    this.saw(path, before);
    const known = this.known.get(path);
    const status = before.ready?.status;
    if (status === "Unknown") return 1;
    if (status !== "True") return 2;
    if (known?.restedAt === before.resourceVersion) return 1;
    const isOpen = known !== undefined && known.uid === before.uid && known.missing > 0;
    return isOpen || lastWriteOf(before)?.ready === readyMark(before) ? 2 : 1;
  }

  /** This process wrote to the object: what it was read as before, and the API's answer. */
  wrote(path: string, before: AppObject, after: AppObject, attempts: number): void {
    const hasEnded = before.ready?.status === "Unknown" && after.ready?.status !== "Unknown";
    this.known.set(path, knownOf(after, before, hasEnded ? 2 : attempts));
  }

  /** A write may or may not have been carried out. */
  unsure(path: string): void {
    this.known.delete(path);
  }

  /** Whether the object was read from a replica that is behind what is known of it. */
  isStale(path: string, { uid, resourceVersion }: AppObject): boolean {
    const known = this.known.get(path);
    return known !== undefined && known.uid === uid && isOlder(resourceVersion, known.version);
  }

  /** Counts the attempts of Flux; an observation from before the last write says nothing. */
  saw(path: string, object: AppObject): void {
    const known = this.known.get(path);
    if (known === undefined || known.uid !== object.uid || this.isStale(path, object)) return;
    if (known.missing > 0 && hasBegun(known.ready, object.ready)) known.missing--;
    known.version = object.resourceVersion;
    known.ready = object.ready ?? known.ready;
  }

  /** The same for an object that is to be deleted: where others wrote since, it counts as written now. */
  watch(path: string, object: AppObject): void {
    this.saw(path, object);
    const known = this.known.get(path);
    if (this.isStale(path, object) || (known !== undefined && isUntouched(known, object))) return;
    this.known.set(path, knownOf(object, object, object.ready?.status === "Unknown" ? 1 : 2));
  }

  /** Nothing has moved for a while at this version of the object. */
  rests(path: string, { resourceVersion }: AppObject): void {
    const known = this.known.get(path);
    if (known !== undefined) known.restedAt = resourceVersion;
  }

  /** Whether an attempt has certainly begun since this process last wrote to the object. */
  hasLooked(path: string): boolean {
    return this.known.get(path)?.missing === 0;
  }

  /** Whether the finalizer is certainly on the object as it was just read. */
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
 * The same as the note of the last write tells it, whichever process made that: no other client has written since, and it was the creation, or an
 * attempt has begun since that only that write can have started.
 */
export function holdsByRecord(object: AppObject, schema: JsonObject): boolean {
  const last = lastWriteOf(object);
  if (last === undefined || last.content !== contentHash(object, schema)) return false;
  if (last.attempts === 0) return true;
  return last.attempts === 1 && last.ready.startsWith("True/") && readyMark(object) !== last.ready;
}

/** Whether a new attempt of Flux lies between two observations. The uninstall or rollback after a failed action belongs to that action's. */
export function hasBegun(before: Condition | undefined, now: Condition | undefined): boolean {
  if (now === undefined || isRemedy(now)) return false;
  if (before === undefined) return true;
  const isSame =
    before.status === now.status &&
    before.message === now.message &&
    before.lastTransitionTime === now.lastTransitionTime;
  if (isSame) return false;
  // The action that was under way has ended, or what came before it has.
  if (before.status === "Unknown") return now.status === "Unknown" && /^Running '/.test(before.message);
  return true;
}

/** Whether a condition speaks of the uninstall or rollback after a failed action, or of its tests. */
export const isRemedy = ({ reason, message }: Pick<Condition, "reason" | "message">): boolean =>
  /^(?:Uninstall|Rollback|Test)/.test(reason) || /^Running '(?:uninstall|rollback|test)'/.test(message);
