import { abortable } from "../../base/abort.ts";
import { retry } from "../../base/retry.ts";
import { sentence } from "../../base/sentence.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError, isTransient, rethrowBug } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import type { Monitor } from "../object/monitors.ts";
import type { RemoveOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Subject } from "../read/watch.ts";
import { isDeletable, untilDeletable } from "./deletable.ts";
import { stillThere } from "./member-removal.ts";
import { asFarAsSeen, lastErrorOf } from "./wait.ts";

/**
 * Deletes an object once, with everything it runs, and writes nothing to it afterwards. An object that is gone, replaced, or already
 * being deleted is left unchanged. Returns the object as it was read last. The caller unseals the write queue.
 */
export async function deleteObject(
  context: Context,
  subject: Subject,
  owner: Owner,
  found: AppObject,
  platform: Platform,
  options: RemoveOptions,
): Promise<AppObject> {
  const { signal } = options;
  const { ref } = subject;
  const queue = context.writer.queue(ref);
  let object = found;
  while (object.deletedAt === undefined) {
    queue.unseal();
    if ((await untilDeletable(context, subject, owner, object, platform, options)) === undefined) return object;
    const what = sentence(subject.what);
    const reason = new CoreError("Deleting", `${what} is being deleted by this run.`, {
      summary: `${what} is being deleted`,
    });
    await abortable(queue.seal(reason), signal);
    const read = await retryUntilDeadline(context, options, () => subject.read(signal));
    if (read === undefined || read.uid !== found.uid) return object;
    object = read;
    context.writer.finalizers.saw(ref.path, object);
    if (object.deletedAt !== undefined || !isDeletable(context, ref, object, platform)) continue;
    await sendDelete(context, subject, object.uid, options);
    break;
  }
  return object;
}

async function sendDelete(
  { client, clock, random, reader }: Context,
  { ref }: Subject,
  uid: string,
  { signal, deadline }: RemoveOptions,
): Promise<void> {
  reader.expectGone(ref.path);
  let isFirst = true;
  const attempt = async (): Promise<void> => {
    if (!isFirst) {
      // The server ignores preconditions (platform.md §1.6), so the uid is read before the DELETE is repeated.
      const object = await reader.app(ref.path, ref.name).catch(rethrowBug);
      if (object !== undefined && (object.uid !== uid || object.deletedAt !== undefined)) return;
    }
    isFirst = false;
    try {
      await client.request({ method: "DELETE", path: ref.path, signal });
    } catch (error) {
      const isGone = error instanceof KubeError && error.code === "NotFound" && error.reason !== undefined;
      if (!isGone) throw error;
    } finally {
      reader.forget(ref);
    }
  };
  try {
    await retry(attempt, { clock, random, deadline, signal, isTransient });
  } catch (error) {
    throw CoreError.from(error, `deleting ${ref.name}`, signal);
  }
}

/**
 * Waits until an object is gone, and then until its monitors are gone. Throws CoreError Timeout, and Orphaned if monitors remain.
 * @param uid the deleted object; empty if it was gone before.
 * @param own selects its monitors among those of the namespace.
 */
export async function untilGone(
  context: Context,
  subject: Subject,
  uid: string,
  own: (monitors: readonly Monitor[]) => readonly Monitor[],
  { signal, deadline, progress }: RemoveOptions,
): Promise<void> {
  const { clock, watch } = context;
  let goneSince: number | undefined;
  let reported = "";
  let why = "the platform has not begun yet";
  for (;;) {
    let lastError: string | undefined;
    const seen = await watch.nextBefore(subject, signal, deadline, () => {
      lastError = lastErrorOf(context, subject);
    });
    if (seen === undefined) throw stillThere(subject.what, asFarAsSeen(why, lastError));
    const left = own(seen.monitors);
    const exists = seen.object !== undefined && seen.object.uid === uid;
    if (seen.object !== undefined && !exists) return;
    if (!exists && left.length === 0) return;
    if (exists) goneSince = undefined;
    else goneSince ??= clock.now();
    const names = left.map(({ name }) => name).join(", ");
    why = exists
      ? `the platform is still uninstalling it${left.length > 0 ? ` (${names})` : ""}${failureOf(seen.object)}`
      : `its machines are still there (${names})`;
    if (why !== reported) progress?.(`${subject.what}: ${why}`);
    reported = why;
    if (goneSince !== undefined && clock.now() - goneSince > context.timings.orphanMs) throw orphaned(subject, names);
    if (clock.now() > deadline) throw stillThere(subject.what, why);
  }
}

const orphaned = ({ what }: Subject, names: string): CoreError =>
  new CoreError("Orphaned", `${sentence(what)} is deleted, but the platform still runs parts of it: ${names}.`, {
    summary: `Some resources of ${what} could not be deleted`,
    hint: "Create it again with the same name and settings, wait until it is ready and destroy it again; or ask the platform's support to remove them.",
  });

function failureOf(object: AppObject | undefined): string {
  const { status, message = "" } = object?.ready ?? {};
  return status === "False" && message !== "" ? `: ${message}` : "";
}
