import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ObjectRef } from "../ids.ts";
import { type AppObject, isAtRest, isOlder } from "../object/app-object.ts";
import { readyMark } from "../object/last-write.ts";
import type { RemoveOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Subject } from "../read/watch.ts";
import { holdsByRecord } from "../write/finalizers.ts";
import { specSchemaOf } from "../write/send-patch.ts";
import { neutralChange, neutralEdit } from "./force-reconcile.ts";
import { stillThere } from "./member-removal.ts";
import { asFarAsSeen, lastErrorOf } from "./wait.ts";

/** Flux reconciles an object at least this often and restores its finalizer (platform.md §1.11). */
const intervalMs = 6 * 60_000;
/** How long a neutral change may have no effect until another one is made. */
const neutralMs = 60_000;

/** The last change of the object, and the last neutral change. */
interface Rest {
  readonly version: string;
  /** Clock ms. */
  readonly since: number;
  readonly neutral: { readonly at: number; readonly ready: string; readonly failed: boolean } | undefined;
}

/** Whether the object, as just read, can be deleted: Flux's finalizer is certainly on it. */
export function isDeletable({ writer }: Context, ref: ObjectRef, object: AppObject, platform: Platform): boolean {
  const { finalizers } = writer;
  if (finalizers.isStale(ref.path, object)) return false;
  return finalizers.holds(ref.path, object) || holdsByRecord(object, specSchemaOf(ref, platform));
}

/**
 * Waits until an object can be deleted with everything it runs (see `Finalizers`), up to the deadline of the removal:
 *
 * | state of the object                                       | action                                                           |
 * |-----------------------------------------------------------|------------------------------------------------------------------|
 * | as its creation left it                                   | deletable, also during the installation: a POST drops nothing    |
 * | as this library left it, an attempt has begun since       | deletable, also during that attempt                              |
 * | any other, an action in progress or not begun             | wait; a write now would only remove the finalizer                |
 * | any other, Ready is True and nothing changes              | one neutral change, then wait for the attempt that it starts     |
 * | any other, Ready is False and nothing changes             | the same, then wait for the next attempt of Flux as well         |
 *
 * Returns undefined if the object is gone, replaced, or being deleted. Throws CoreError Timeout if it cannot be deleted in time.
 */
export async function untilDeletable(
  context: Context,
  subject: Subject,
  owner: Owner,
  found: AppObject,
  platform: Platform,
  options: RemoveOptions,
): Promise<AppObject | undefined> {
  const { clock, watch, writer } = context;
  const { signal, deadline } = options;
  const { ref } = subject;
  let object = found;
  let reported = "";
  let rest: Rest = { version: object.resourceVersion, since: clock.now(), neutral: undefined };
  for (;;) {
    writer.finalizers.saw(ref.path, object);
    if (isDeletable(context, ref, object, platform)) return object;
    writer.finalizers.watch(ref.path, object);
    if (object.resourceVersion !== rest.version)
      rest = { ...rest, version: object.resourceVersion, since: clock.now() };
    if (mayWrite(context, object, rest)) {
      if (neutralChange(object, platform) === undefined) {
        if (clock.now() - rest.since > intervalMs) return object;
      } else {
        await writeNeutrally(context, ref, owner, object, options);
        const neutral = { at: clock.now(), ready: readyMark(object), failed: object.ready?.status === "False" };
        rest = { ...rest, neutral };
      }
    }
    const why = reasonToWait(object);
    if (why !== reported) options.progress?.(`${subject.what}: ${why}`);
    reported = why;
    let lastError: string | undefined;
    const seen = await watch.nextBefore(subject, signal, deadline, () => {
      lastError = lastErrorOf(context, subject);
    });
    if (seen === undefined || clock.now() > deadline) throw notDeleted(subject, asFarAsSeen(why, lastError));
    const next = seen.object;
    if (next === undefined || next.uid !== object.uid || next.deletedAt !== undefined) return undefined;
    if (!isOlder(next.resourceVersion, object.resourceVersion)) object = next;
  }
}

/** Whether no action is in progress: a write during one would remove a finalizer that only the next action restores. */
function mayWrite({ clock, timings }: Context, object: AppObject, { since, neutral }: Rest): boolean {
  if (!isAtRest(object)) return false;
  if (clock.now() - since < timings.quietMs / 2) return false;
  if (neutral === undefined) return true;
  if (readyMark(object) === neutral.ready) return clock.now() - neutral.at >= neutralMs;
  // Flux applied the neutral change and failed again; it retries by itself, and that attempt is awaited.
  return !(neutral.failed && object.ready?.status === "False");
}

async function writeNeutrally(
  { writer, watch, log }: Context,
  ref: ObjectRef,
  owner: Owner,
  object: AppObject,
  { signal, deadline }: RemoveOptions,
): Promise<void> {
  log("info", "another process may have written lately; one neutral change first, so that the deletion is complete", {
    object: ref.name,
  });
  writer.finalizers.rests(ref.path, object);
  const edit = neutralEdit(owner, object.uid, object.resourceVersion);
  try {
    await writer.submit(ref, edit, { signal, deadline, urgent: true });
  } catch (error) {
    const isOver = error instanceof CoreError && ["Timeout", "NotFound", "Replaced", "Deleting"].includes(error.code);
    // The next observation shows the outcome.
    if (!isOver) throw error;
  }
  watch.poke(ref);
}

function reasonToWait({ ready }: AppObject): string {
  const risk = "a deletion now would leave its machines running";
  if (ready === undefined) return `the platform has not reconciled it yet, and ${risk}`;
  if (ready.status === "Unknown") return `the platform is still reconciling it (${ready.message}), and ${risk}`;
  return `the platform has not reconciled it since its last change, and ${risk}`;
}

const notDeleted = ({ what }: Subject, why: string): CoreError =>
  stillThere(what, why, {
    hint: "It still exists, with everything it runs.",
    until: "the platform has finished",
  });
