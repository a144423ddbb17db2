import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../base/json.ts";
import type { KubeError } from "../kube/kube-error.ts";
import { Undecided } from "./undecided.ts";

/** An answer of the API: the body of a 2xx answer, or the error of any other. */
export type Answer =
  | { readonly ok: true; readonly body: JsonObject }
  | { readonly ok: false; readonly error: KubeError };

/** A short description of an answer for a report. */
export function describe(answer: Answer): string {
  if (answer.ok) return `accepted (${String(answer.body["kind"] ?? "an object")})`;
  const { status, code, message } = answer.error;
  return `${status ?? code}: ${message}`;
}

/**
 * Undefined where the request was refused with this status and a matching text; otherwise a description of the answer.
 * @throws Undecided where the user lacks the rights.
 */
export function refusal(answer: Answer, status: number, text: RegExp = /^/): string | undefined {
  if (!answer.ok && answer.error.status === status && text.test(answer.error.message)) return undefined;
  if (status !== 403) mustBeAllowed(answer);
  return describe(answer);
}

/** Undefined where the request was accepted; otherwise a description of the answer. @throws Undecided where the user lacks the rights. */
export function acceptance(answer: Answer): string | undefined {
  if (answer.ok) return undefined;
  mustBeAllowed(answer);
  return describe(answer);
}

/** A user without the right to write cannot check how writes behave. @throws Undecided */
function mustBeAllowed(answer: Answer): void {
  const isDenied = !answer.ok && answer.error.status === 403 && /is forbidden: User /.test(answer.error.message);
  if (isDenied) throw new Undecided(describe(answer));
}

/** The body of an accepted request. @throws Undecided */
export function accepted(answer: Answer, what: string): JsonObject {
  if (answer.ok) return answer.body;
  throw new Undecided(`${what}: ${describe(answer)}`);
}

/** Undefined where two values are equal; otherwise a text that names both. */
export function equality(what: string, seen: Json | undefined, expected: Json | undefined): string | undefined {
  return jsonEqual(seen, expected) ? undefined : `${what} is ${text(seen)}, not ${text(expected)}`;
}

const text = (value: Json | undefined): string =>
  value === undefined ? "absent" : JSON.stringify(value).slice(0, 300);

/** The value at a path of keys; undefined where a key is missing. */
export function at(object: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

/** The items of a list. */
export function itemsOf(list: JsonObject): JsonObject[] {
  const items = list["items"];
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

export const namesOf = (list: JsonObject): string[] =>
  itemsOf(list).map((item) => String(at(item, "metadata", "name")));
export const uidOf = (object: JsonObject): string => String(at(object, "metadata", "uid"));
export const versionOf = (object: JsonObject): string => String(at(object, "metadata", "resourceVersion"));

/** The condition `Ready` of an application; undefined before the platform's controllers set it. */
export function readyOf(object: JsonObject): { status: string; reason: string; message: string } | undefined {
  const conditions = at(object, "status", "conditions");
  const ready = (Array.isArray(conditions) ? conditions : []).find((one) => at(one, "type") === "Ready");
  if (!isJsonObject(ready)) return undefined;
  return { status: String(ready["status"]), reason: String(ready["reason"]), message: String(ready["message"]) };
}

/** The messages of all conditions, one per line. */
export function messagesOf(object: JsonObject): string {
  const conditions = at(object, "status", "conditions");
  return (Array.isArray(conditions) ? conditions : []).map((one) => String(at(one, "message"))).join("\n");
}

/** The number of the Helm release: N of `.vN` in a message of success (platform.md §7.1). */
export function releaseNumber(object: JsonObject): number | undefined {
  const ready = readyOf(object);
  const digits = /succeeded for release \S+\.v([0-9]+) /.exec(ready?.message ?? "")?.[1];
  return ready?.status === "True" && digits !== undefined ? Number(digits) : undefined;
}
