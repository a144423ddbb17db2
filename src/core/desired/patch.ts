import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";
import { toPointer, valueAt } from "../../base/json-pointer.ts";

/** One managed key of an object and its desired value; `value: undefined` removes the key. */
export interface Change {
  readonly path: readonly string[];
  readonly value: Json | undefined;
  /** The key is removed; `value` is the default that the server shows then. */
  readonly removed?: true;
}

/** Whether a change removes its key. */
export const removes = ({ value, removed }: Change): boolean => value === undefined || removed === true;

/** Whether an object already has the value of a change. An absent key that is to be removed counts as done. */
export const holds = (object: JsonObject, change: Change): boolean =>
  jsonEqual(valueAt(object, change.path), change.value);

/** Returns the changes that have an effect, one per path; the last change of a path counts. */
export function effective(object: JsonObject, changes: readonly Change[]): Change[] {
  const last = new Map<string, Change>();
  for (const change of changes) last.set(toPointer(change.path), change);
  return [...last.values()].filter((change) => !holds(object, change));
}

/** Returns a copy of the object with the changes applied. */
export function applyChanges(object: JsonObject, changes: readonly Change[]): JsonObject {
  return applied(object, changes, () => {});
}

/**
 * Returns a JSON Patch that applies `changes` to `object` as just read: `test` operations on the uid, on each own key and, if requested, on
 * the resource version, so that a write based on an outdated read fails with 422 (platform.md §7), followed by the changes. Missing
 * parents are added.
 */
export function compilePatch(object: JsonObject, changes: readonly Change[], testsVersion = false): Json[] {
  const tests: Json[] = [];
  const operations: Json[] = [];
  const metadata = [["metadata", "uid"], ...(testsVersion ? [["metadata", "resourceVersion"]] : [])];
  for (const path of [...metadata, ...changes.map((change) => change.path)]) {
    const seen = valueAt(object, path);
    if (seen !== undefined) tests.push({ op: "test", path: toPointer(path), value: seen });
  }
  applied(object, changes, (operation) => operations.push(operation));
  return [...tests, ...operations];
}

/** Applies the changes to a copy and calls `told` with each operation. */
function applied(object: JsonObject, changes: readonly Change[], told: (operation: Json) => void): JsonObject {
  const result = structuredClone(object);
  for (const change of changes) {
    const { path, value } = change;
    const last = path[path.length - 1];
    if (last === undefined) throw new TypeError("a change needs a path");
    if (value === undefined || removes(change)) {
      const parent = valueAt(result, path.slice(0, -1));
      if (isJsonObject(parent) && Object.hasOwn(parent, last)) {
        told({ op: "remove", path: toPointer(path) });
        delete parent[last];
      }
      continue;
    }
    let parent = result;
    for (const [depth, step] of path.slice(0, -1).entries()) {
      const next = memberOf(parent, step);
      if (isJsonObject(next)) parent = next;
      else {
        const fresh: JsonObject = {};
        told({ op: "add", path: toPointer(path.slice(0, depth + 1)), value: {} });
        setMember(parent, step, fresh);
        parent = fresh;
      }
    }
    told({ op: Object.hasOwn(parent, last) ? "replace" : "add", path: toPointer(path), value });
    setMember(parent, last, structuredClone(value));
  }
  return result;
}
