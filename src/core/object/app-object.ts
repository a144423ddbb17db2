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

/** A `Kubernetes` or `KubernetesNodes` object as it was read: defaults filled in by the server. */
export interface AppObject {
  readonly json: JsonObject;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
  /** Set once the object is on its way out. */
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

/** Parses an answer of the API, its texts without secrets (`conceal`); throws CoreError `Unreachable` where it is not what the API promises. */
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

/** Parses every item of a list; what is no object of that kind is left out. */
export function parseApps(json: Json, conceal: Conceal = redact): AppObject[] {
  const items = valueAt(json, ["items"]);
  if (!Array.isArray(items)) throw new CoreError("Unreachable", "The API's answer is not a list.");
  return items
    .filter((item) => stringAt(item, ["metadata", "uid"]) !== undefined)
    .map((item) => parseApp(item, conceal));
}

/** The Helm release number a success message speaks of: the honest signal of §7.1. */
export function releaseNumber(message: string): number | undefined {
  const match = /for release \S+\.v(\d+) with chart/.exec(message);
  return match === null ? undefined : Number(match[1]);
}

/** Whether one resource version is older than another. They are etcd revisions; where they are not, nothing is claimed. */
export function isOlder(version: string, than: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
