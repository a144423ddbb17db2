import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { sentence, withoutPeriod } from "../../base/sentence.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { Notice } from "../desired/state.ts";
import { defaultGroupName } from "../ids.ts";
import {
  creationAnnotation,
  formerWriteAnnotation,
  lastWriteAnnotation,
  managedByLabel,
  managedByUs,
  successorAnnotation,
} from "../object/annotations.ts";
import { type AppObject, isOlder } from "../object/app-object.ts";
import type { Monitor } from "../object/monitors.ts";
import type { RemoveOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import type { Subject } from "../read/watch.ts";
import { creationRecord } from "../write/content-hash.ts";
import { createObject } from "../write/create-object.ts";
import { specSchemaOf } from "../write/send-patch.ts";
import { deleteObject, untilGone } from "./delete-object.ts";
import { isDeterministic } from "./faults.ts";
import { asFarAsSeen, lastErrorOf } from "./wait.ts";

/** An object that is deleted with everything it runs. */
export interface Removal {
  readonly subject: Subject;
  readonly owner: Owner;
  readonly platform: Platform;
  /** Path of the object's collection. */
  readonly collection: string;
  /** Selects the object's monitors among those of the namespace. */
  readonly own: (monitors: readonly Monitor[]) => readonly Monitor[];
}

/**
 * Deletes what a deletion left running. Another client's write between the last read and the DELETE, or while the platform uninstalls,
 * takes Flux's finalizer away: the object is gone at once, and its Helm release stays (platform.md §1.11). The server ignores
 * preconditions, so a client cannot prevent that. An object of the same name takes the release over, and its deletion uninstalls it.
 * Made once per removal.
 *
 * @param last the object as it was read last, whose name and settings are used.
 * @param orphaned the error of the first deletion, thrown if this one cannot begin.
 */
export async function removeOrphans(
  context: Context,
  removal: Removal,
  last: AppObject,
  orphaned: CoreError,
  options: RemoveOptions,
): Promise<Notice[]> {
  const { subject, owner, platform, own } = removal;
  const what = sentence(subject.what);
  context.log("warn", "a deletion left parts running; creating the object once more to delete them with it", {
    object: subject.ref.name,
  });
  options.progress?.(
    `${subject.what}: ${withoutPeriod(orphaned.message)}; creating it once more to delete them with it`,
  );
  const created = await createSuccessor(context, removal, last, orphaned, options);
  if (created === undefined) return [];
  if (await takesOver(context, subject, created, orphaned, options)) {
    await deleteObject(context, subject, owner, created, platform, options);
  }
  await untilGone(context, subject, created.uid, own, options);
  return [
    {
      summary: `${what} was deleted twice`,
      detail:
        `Another client wrote to ${subject.what} around its deletion, so that the platform left parts of it running. It was created once ` +
        "more with the same settings, and deleted with all its parts.",
    },
  ];
}

/** Whether the object is the expected one, or was created by `removeOrphans` in its place. */
export const isExpected = ({ uid, annotations }: AppObject, expectUid: string | undefined): boolean =>
  expectUid === undefined || uid === expectUid || annotations[successorAnnotation] === expectUid;

/** Creates the object again. Returns undefined if another client has created one of its name: the parts belong to that one now. */
async function createSuccessor(
  context: Context,
  { subject, collection, platform }: Removal,
  last: AppObject,
  orphaned: CoreError,
  options: RemoveOptions,
): Promise<AppObject | undefined> {
  const { ref } = subject;
  const taken = () => new CoreError("AlreadyExists", `${sentence(subject.what)} exists again.`);
  try {
    return await createObject(
      context,
      {
        ref,
        collection,
        body: successorOf(last, subject, platform),
        doing: `creating ${subject.what} once more`,
        adopt: (found) => {
          if (found.annotations[successorAnnotation] === last.uid) return found;
          throw taken();
        },
        nameTaken: taken,
      },
      options,
    );
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    if (error.code === "AlreadyExists") return undefined;
    throw withReason(orphaned, `To delete them it was to be created once more, and that failed: ${error.message}`);
  }
}

/** Name, labels, annotations and settings of an object, without the records of its writes. */
function successorOf(last: AppObject, { ref }: Subject, platform: Platform): JsonObject {
  const {
    [creationAnnotation]: _,
    [lastWriteAnnotation]: __,
    [formerWriteAnnotation]: ___,
    ...kept
  } = last.annotations;
  const labels = { ...last.labels, [managedByLabel]: last.labels[managedByLabel] ?? managedByUs };
  const annotations = { ...kept, [successorAnnotation]: last.uid };
  const spec = structuredClone(last.spec);
  const groups = spec["nodeGroups"];
  // Everything is deleted in a moment: the platform's own group need not start.
  if (ref.kind === "Kubernetes" && platform.phantomGroup && isJsonObject(groups)) groups[defaultGroupName] = null;
  const record = creationRecord({ spec, labels, annotations }, specSchemaOf(ref, platform));
  return {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: ref.kind,
    metadata: {
      name: last.name,
      namespace: last.namespace,
      labels,
      annotations: { ...annotations, [lastWriteAnnotation]: record },
    },
    spec,
  };
}

/** Waits until the platform has applied the object's settings to what still runs. Returns false if the object is gone. */
async function takesOver(
  context: Context,
  subject: Subject,
  created: AppObject,
  orphaned: CoreError,
  { signal, deadline, progress }: RemoveOptions,
): Promise<boolean> {
  const { clock, watch, writer } = context;
  let newest = created;
  let reported = "";
  for (;;) {
    const { ready } = newest;
    if (ready?.status === "True") return true;
    const why = ready?.message || "the platform has not begun yet";
    const isRefused = ready?.status === "False" && isDeterministic(why);
    if (isRefused) throw notTakenOver(orphaned, why);
    if (why !== reported) progress?.(`${subject.what}: ${why}`);
    reported = why;
    let lastError: string | undefined;
    const seen = await watch.nextBefore(subject, signal, deadline, () => {
      lastError = lastErrorOf(context, subject);
    });
    if (seen === undefined || clock.now() > deadline) throw notTakenOver(orphaned, asFarAsSeen(why, lastError));
    const { object } = seen;
    if (object === undefined || object.uid !== created.uid || object.deletedAt !== undefined) return false;
    writer.finalizers.saw(subject.ref.path, object);
    if (!isOlder(object.resourceVersion, newest.resourceVersion)) newest = object;
  }
}

const notTakenOver = (orphaned: CoreError, why: string): CoreError =>
  withReason(orphaned, `A successor was created to delete them with it, and the platform reports: ${why}`, {
    hint: "Destroy it again, which continues; or ask the platform's support to remove them.",
  });

const withReason = (orphaned: CoreError, reason: string, { hint = orphaned.hint } = {}): CoreError =>
  new CoreError("Orphaned", `${orphaned.message} ${withoutPeriod(reason)}.`, {
    ...(orphaned.summary === undefined ? {} : { summary: orphaned.summary }),
    ...(hint === undefined ? {} : { hint }),
  });
