import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { redact } from "../../base/redact.ts";
import { CoreError } from "../core-error.ts";
import type { Conceal } from "./secrets.ts";

/** One entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** A `Kubernetes` or `KubernetesNodes` object as read, with defaults filled in by the server. */
export interface AppObject {
  readonly json: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
  /** Set once the deletion has begun. */
  readonly deletedAt: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  readonly ready: Condition | undefined;
}

function strings(value: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Parses an API response and redacts secrets in its messages (`conceal`). Throws CoreError `Unreachable` for an unexpected response. */
export function parseApp(json: Json, conceal: Conceal = redact): AppObject {
  const uid = stringAt(json, ["metadata", "uid"]);
  const name = stringAt(json, ["metadata", "name"]);
  if (!isJsonObject(json) || uid === undefined || name === undefined) {
    throw new CoreError("Unreachable", "The API's answer is not the object that was asked for.");
  }
  const conditions = valueAt(json, ["status", "conditions"]);
  const ready = Array.isArray(conditions) ? conditions.find((item) => stringAt(item, ["type"]) === "Ready") : undefined;
  return {
    json,
    name,
    namespace: stringAt(json, ["metadata", "namespace"]) ?? "",
    uid,
    resourceVersion: stringAt(json, ["metadata", "resourceVersion"]) ?? "",
    createdAt: stringAt(json, ["metadata", "creationTimestamp"]) ?? "",
    deletedAt: stringAt(json, ["metadata", "deletionTimestamp"]),
    labels: strings(objectAt(json, ["metadata", "labels"])),
    annotations: strings(objectAt(json, ["metadata", "annotations"])),
    spec: objectAt(json, ["spec"]),
    ready:
      ready === undefined
        ? undefined
        : {
            type: "Ready",
            status: stringAt(ready, ["status"]) ?? "Unknown",
            reason: stringAt(ready, ["reason"]) ?? "",
            message: conceal(stringAt(ready, ["message"]) ?? "", json),
            lastTransitionTime: stringAt(ready, ["lastTransitionTime"]) ?? "",
          },
  };
}

/** Parses every item of a list; items of other kinds are omitted. */
export function parseApps(json: Json, conceal: Conceal = redact): AppObject[] {
  const items = valueAt(json, ["items"]);
  if (!Array.isArray(items)) throw new CoreError("Unreachable", "The API's answer is not a list.");
  return items
    .filter((item) => stringAt(item, ["metadata", "uid"]) !== undefined)
    .map((item) => parseApp(item, conceal));
}

/** Whether no action is in progress: the condition Ready is True or False. */
export const isAtRest = ({ ready }: AppObject): boolean => ready?.status === "True" || ready?.status === "False";

/** Returns the Helm release number in a success message, the reliable sign of a rollout (platform.md §7.1). */
export function releaseNumber(message: string): number | undefined {
  const match = /for release \S+\.v(\d+) with chart/.exec(message);
  return match === null ? undefined : Number(match[1]);
}

/** Whether one resource version is older than another. They are etcd revisions; false if either is not a number. */
export function isOlder(version: string, than: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
