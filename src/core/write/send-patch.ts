import type { Clock } from "../../base/clock.ts";
import { toPointer } from "../../base/json-pointer.ts";
import type { RwLock } from "../../base/rw-lock.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { annotationPath, lastWriteAnnotation } from "../object/annotations.ts";
import { type AppObject, parseApp } from "../object/app-object.ts";
import type { Conceal } from "../object/secrets.ts";
import type { Platform } from "../platform/platform.ts";
import { housekeepingChanges } from "../spec/housekeeping.ts";
import { applyChanges, type Change, compilePatch } from "../spec/patch.ts";
import type { Target } from "./edit.ts";
import { contentHash, readyMark, writeMark } from "./last-write.ts";

/** Whether changes reach the Helm values; others are labels and annotations only. */
export const touchesSpec = (changes: readonly Change[]): boolean => changes.some(({ path }) => path[0] === "spec");

export interface SendOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly lock: RwLock;
  /** Takes secrets out of the platform's texts. */
  readonly conceal: Conceal;
}

/**
 * Sends own changes and what rides along with them as one JSON Patch made from `live`. A first write to an object without labels is not
 * made beside another (platform.md §7). Answers the object after it; throws KubeError.
 */
export async function sendPatch(
  { client, lock, conceal }: SendOptions,
  target: Target,
  live: AppObject,
  changes: readonly Change[],
  platform: Platform,
  /** How many attempts of Flux must begin after it (`Finalizers`). */
  attempts: number,
  signal: AbortSignal | undefined,
): Promise<AppObject> {
  const all = [...changes, ...ridersOf(live, target, platform, changes)];
  const body = compilePatch(live.json, [...all, noteOf(live, target, all, platform, attempts)]);
  const request = () =>
    client.request({
      method: "PATCH",
      path: target.path,
      contentType: "application/json-patch+json",
      body,
      ...(signal === undefined ? {} : { signal }),
    });
  const unlabelled = Object.keys(live.labels).length === 0;
  return parseApp(await (unlabelled ? lock.alone(request) : lock.shared(request)), conceal);
}

function ridersOf(live: AppObject, target: Target, platform: Platform, own: readonly Change[]): Change[] {
  const all = housekeepingChanges(live.json, platform, own);
  // The object of a group has neither groups of its own nor defaults worth taking out.
  return target.cluster ? all : all.filter(({ path }) => path[0] === "metadata");
}

function noteOf(
  live: AppObject,
  target: Target,
  changes: readonly Change[],
  platform: Platform,
  attempts: number,
): Change {
  const schema = (target.cluster ? platform.clusterSpec : platform.poolSpec) ?? {};
  const content = contentHash(parseApp(applyChanges(live.json, changes)), schema);
  const removed = changes.find(({ path, value }) => path[0] === "spec" && value === undefined);
  const mark = writeMark({ attempts, ready: readyMark(live), content, removed: removed && toPointer(removed.path) });
  return { path: annotationPath(lastWriteAnnotation), value: mark };
}
