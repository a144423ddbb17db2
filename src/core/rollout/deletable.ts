import type { Context, RemoveOptions } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type AppObject, isOlder } from "../object/app-object.ts";
import type { Platform } from "../platform/platform.ts";
import type { Subject } from "../read/watch.ts";
import type { Target } from "../write/edit.ts";
import { holdsByMark } from "../write/finalizers.ts";
import { readyMark } from "../write/last-write.ts";
import { neutralChange, neutralEdit } from "./force-reconcile.ts";
import { stillThere } from "./member-removal.ts";
import { asFarAsSeen, troubleOf } from "./wait.ts";

/** Flux looks at an object at least this often, and puts its finalizer back then (platform.md §1.11). */
const intervalMs = 6 * 60_000;
/** How long a neutral change may go without an effect until another one is made. */
const neutralMs = 60_000;

/** Since when nothing has moved, and the neutral change that was made. */
interface Rest {
  readonly version: string;
  readonly since: number;
  readonly neutral: { readonly at: number; readonly ready: string; readonly failed: boolean } | undefined;
}

/** Whether the object can be deleted as it was just read: Flux's finalizer is certainly on it. */
export function isDeletable(context: Context, target: Target, object: AppObject, platform: Platform): boolean {
  const { finalizers } = context.writer;
  finalizers.saw(target.path, object);
  if (finalizers.isStale(target.path, object)) return false;
  const schema = (target.cluster ? platform.clusterSpec : platform.poolSpec) ?? {};
  return finalizers.holds(target.path, object) || holdsByMark(object, schema);
}

/**
 * Waits until an object can be deleted with all that it runs (`Finalizers` says when), up to the deadline of the removal:
 *
 * | the object                                                  | what is done                                                     |
 * |-------------------------------------------------------------|------------------------------------------------------------------|
 * | reads as its creation left it                               | deletable, also while it is being installed: a POST drops nothing |
 * | reads as this library left it, an attempt was seen since    | deletable, also while that attempt is under way                  |
 * | anything else, an action under way or not begun             | waits; a write now would only take the finalizer away            |
 * | anything else, Ready is True and nothing moves              | one neutral change, then the attempt that it starts is awaited   |
 * | anything else, Ready is False and nothing moves             | the same, and the next attempt of Flux is awaited as well        |
 *
 * Answers undefined where the object is gone, is another one, or is being deleted. Throws CoreError Timeout: it is still there then.
 */
export async function untilDeletable(
  context: Context,
  subject: Subject,
  target: Target,
  found: AppObject,
  platform: Platform,
  options: RemoveOptions,
): Promise<AppObject | undefined> {
  const { clock, watch, writer } = context;
  const { signal, deadline } = options;
  let object = found;
  let told = "";
  let rest: Rest = { version: object.resourceVersion, since: clock.now(), neutral: undefined };
  for (;;) {
    if (isDeletable(context, target, object, platform)) return object;
    writer.finalizers.watch(target.path, object);
    if (object.resourceVersion !== rest.version)
      rest = { ...rest, version: object.resourceVersion, since: clock.now() };
    if (mayWrite(context, object, rest)) {
      if (neutralChange(object, platform) === undefined) {
        if (clock.now() - rest.since > intervalMs) return object;
      } else {
        writer.finalizers.rests(target.path, object);
        await writeNeutrally(context, target, object, options);
        rest = {
          ...rest,
          neutral: { at: clock.now(), ready: readyMark(object), failed: object.ready?.status === "False" },
        };
        watch.poke(target.path);
      }
    }
    const why = reasonToWait(object);
    if (why !== told) options.progress?.(`${subject.what}: ${why}`);
    told = why;
    let trouble: string | undefined;
    const seen = await watch.nextBefore(subject, signal, deadline, () => {
      trouble = troubleOf(context, subject);
    });
    if (seen === undefined || clock.now() > deadline) throw notDeleted(subject, asFarAsSeen(why, trouble));
    const next = seen.object;
    if (next === undefined || next.uid !== object.uid || next.deletedAt !== undefined) return undefined;
    if (!isOlder(next.resourceVersion, object.resourceVersion)) object = next;
  }
}

/** Whether nothing is under way, so that a write takes away no finalizer that an action in progress would be missing. */
function mayWrite({ clock, settle }: Context, object: AppObject, { since, neutral }: Rest): boolean {
  const { ready } = object;
  if (ready?.status !== "True" && ready?.status !== "False") return false;
  if (clock.now() - since < settle.quietMs / 2) return false;
  if (neutral === undefined) return true;
  if (readyMark(object) === neutral.ready) return clock.now() - neutral.at >= neutralMs;
  // Flux took it up and failed again: it retries by itself, and that is awaited.
  return !(neutral.failed && ready.status === "False");
}

async function writeNeutrally(
  { writer, log }: Context,
  target: Target,
  object: AppObject,
  { signal, deadline }: RemoveOptions,
): Promise<void> {
  log("info", "another process may have written lately; one neutral change first, so that the deletion is complete", {
    object: target.name,
  });
  const edit = neutralEdit(object.uid, `deletion of ${target.name}`, object.resourceVersion);
  try {
    await writer.submit(target, edit, { signal, deadline, urgent: true });
  } catch (error) {
    const isOver = error instanceof CoreError && ["Timeout", "NotFound", "Replaced", "Deleting"].includes(error.code);
    // What became of it the next look shows.
    if (!isOver) throw error;
  }
}

function reasonToWait({ ready }: AppObject): string {
  const risk = "a deletion now would leave its machines running";
  if (ready === undefined) return `the platform has not reconciled it yet, and ${risk}`;
  if (ready.status === "Unknown") return `the platform is still reconciling it (${ready.message}), and ${risk}`;
  return `the platform has not reconciled it since its last change, and ${risk}`;
}

const notDeleted = ({ what }: Subject, why: string): CoreError =>
  stillThere(
    what,
    why,
    "It still exists, with everything it runs. Run the same command again when the platform has finished, or raise `timeouts.delete`.",
  );
