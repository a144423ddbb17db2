import { toPointer } from "../../base/json-pointer.ts";
import type { RwLock } from "../../base/rw-lock.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { applyChanges, type Change, compilePatch, removes } from "../desired/patch.ts";
import type { ObjectRef } from "../ids.ts";
import { annotationPath, lastWriteAnnotation } from "../object/annotations.ts";
import { type AppObject, parseApp } from "../object/app-object.ts";
import { readyMark, writeMark } from "../object/last-write.ts";
import type { Conceal } from "../object/secrets.ts";
import type { Platform } from "../platform/platform.ts";
import { contentHash } from "./content-hash.ts";

export interface SendOptions {
  readonly client: KubeClient;
  readonly lock: RwLock;
  /** Removes secrets from the platform's texts. */
  readonly conceal: Conceal;
}

/**
 * Sends changes as one JSON Patch based on `live`, with the record of the write. A first write to an object without labels runs
 * exclusively (platform.md §7). Returns the object after the write; throws KubeError.
 * @param attempts number of Flux attempts that must begin after the write (`Finalizers`).
 * @param isBusy whether others write so often that the resource version is not tested.
 */
export async function sendPatch(
  { client, lock, conceal }: SendOptions,
  ref: ObjectRef,
  live: AppObject,
  changes: readonly Change[],
  platform: Platform,
  attempts: number,
  isBusy: boolean,
  signal: AbortSignal | undefined,
): Promise<AppObject> {
  const record = recordOf(live, ref, changes, platform, attempts);
  // A server that hides conflicts would store a patch made on a stale copy, and with it the settings of others as they were then.
  const body = compilePatch(live.json, [...changes, record], platform.hidesConflicts && !isBusy);
  const request = () =>
    client.request({
      method: "PATCH",
      path: ref.path,
      contentType: "application/json-patch+json",
      body,
      ...(signal === undefined ? {} : { signal }),
    });
  const unlabelled = Object.keys(live.labels).length === 0;
  return parseApp(await (unlabelled ? lock.alone(request) : lock.shared(request)), conceal);
}

/** Returns the served schema of an object's spec. */
export const specSchemaOf = ({ kind }: ObjectRef, platform: Platform) =>
  (kind === "Kubernetes" ? platform.clusterSpec : platform.poolSpec) ?? {};

function recordOf(
  live: AppObject,
  ref: ObjectRef,
  changes: readonly Change[],
  platform: Platform,
  attempts: number,
): Change {
  const content = contentHash(parseApp(applyChanges(live.json, changes)), specSchemaOf(ref, platform));
  const removed = changes.find((change) => change.path[0] === "spec" && removes(change));
  const mark = writeMark({ attempts, ready: readyMark(live), content, removed: removed && toPointer(removed.path) });
  return { path: annotationPath(lastWriteAnnotation), value: mark };
}
