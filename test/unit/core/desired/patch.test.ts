import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../../src/base/json.ts";
import { isJsonObject, jsonEqual } from "../../../../src/base/json.ts";
import { applyJsonPatch } from "../../../../src/base/json-patch.ts";
import { fromPointer, toPointer, valueAt } from "../../../../src/base/json-pointer.ts";
import { overlay, ownLeaves } from "../../../../src/core/desired/leaves.ts";
import type { Change } from "../../../../src/core/desired/patch.ts";
import { compilePatch, effective } from "../../../../src/core/desired/patch.ts";
import fc from "../../../support/fast-check.ts";

/** RFC 6902 as the platform's API server has it: a failing operation refuses the whole patch. */
function applyPatch(document: JsonObject, patch: readonly Json[]): JsonObject {
  const result = structuredClone(document);
  for (const operation of patch) {
    if (!isJsonObject(operation) || typeof operation["path"] !== "string") throw new Error("malformed");
    const path = fromPointer(operation["path"]) ?? [];
    const parent = path.length === 1 ? result : valueAt(result, path.slice(0, -1));
    const last = path[path.length - 1];
    if (!isJsonObject(parent) || last === undefined) throw new Error(`no parent at ${operation["path"]}`);
    const there = Object.hasOwn(parent, last);
    if (operation["op"] === "test") {
      if (!there || !jsonEqual(parent[last], operation["value"])) throw new Error("test failed");
    } else if (operation["op"] === "remove") {
      if (!there) throw new Error("nothing to remove");
      delete parent[last];
    } else {
      if (operation["op"] === "replace" && !there) throw new Error("nothing to replace");
      parent[last] = structuredClone(operation["value"] ?? null);
    }
  }
  return result;
}

const object: JsonObject = {
  metadata: { uid: "u-1", labels: { a: "b" } },
  spec: { host: "", nodeGroups: { web: { minReplicas: 1 } } },
};

describe("patches", () => {
  test("tests the resource version on request, so that a patch on an older copy fails", () => {
    const live = { metadata: { uid: "u", resourceVersion: "7" }, spec: {} };
    const patch = compilePatch(live, [{ path: ["spec", "host"], value: "a.example.com" }], true);
    expect(patch.slice(0, 2)).toEqual([
      { op: "test", path: "/metadata/uid", value: "u" },
      { op: "test", path: "/metadata/resourceVersion", value: "7" },
    ]);
  });

  test("a patch tests the uid and the own keys as seen before it changes anything", () => {
    expect(compilePatch(object, [{ path: ["spec", "host"], value: "a.example.com" }])).toEqual([
      { op: "test", path: "/metadata/uid", value: "u-1" },
      { op: "test", path: "/spec/host", value: "" },
      { op: "replace", path: "/spec/host", value: "a.example.com" },
    ]);
  });

  test("a key that goes back to the server's default is removed, and the default counts as done", () => {
    const change = { path: ["spec", "host"], value: "", removed: true } as const;
    const live = { ...object, spec: { host: "a.example.com" } };
    expect(effective(live, [change])).toEqual([change]);
    expect(compilePatch(live, [change]).at(-1)).toEqual({ op: "remove", path: "/spec/host" });
    expect(effective(object, [change])).toEqual([]);
  });

  test("missing parents are added once, although two keys need them", () => {
    const changes = [
      { path: ["metadata", "annotations", "x.io/a"], value: "1" },
      { path: ["metadata", "annotations", "x.io/b"], value: "2" },
    ];
    expect(compilePatch(object, changes).slice(1)).toEqual([
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/x.io~1a", value: "1" },
      { op: "add", path: "/metadata/annotations/x.io~1b", value: "2" },
    ]);
  });

  test("an absent key is not removed, as the server refuses that", () => {
    const patch = compilePatch(object, [{ path: ["spec", "nodeGroups", "none"], value: undefined }]);
    expect(patch).toEqual([{ op: "test", path: "/metadata/uid", value: "u-1" }]);
  });

  test("a null is written as a null", () => {
    const patch = compilePatch(object, [{ path: ["spec", "nodeGroups", "md0"], value: null }]);
    expect(patch.at(-1)).toEqual({ op: "add", path: "/spec/nodeGroups/md0", value: null });
  });

  test("changes that hold already are left out, and of two for one path the later counts", () => {
    const changes: Change[] = [
      { path: ["spec", "host"], value: "" },
      { path: ["metadata", "labels", "a"], value: "c" },
      { path: ["metadata", "labels", "a"], value: "b" },
      { path: ["spec", "nodeGroups", "web", "minReplicas"], value: 2 },
    ];
    expect(effective(object, changes)).toEqual([{ path: ["spec", "nodeGroups", "web", "minReplicas"], value: 2 }]);
  });

  test("a patch made from an older read fails instead of winning", () => {
    const patch = compilePatch(object, [{ path: ["spec", "host"], value: "x" }]);
    expect(() => applyPatch({ ...object, spec: { host: "somebody else's" } }, patch)).toThrow("test failed");
  });

  test("after a patch every change holds and nothing else has changed", () => {
    const key = fc.constantFrom("a", "b", "c/d", "~e");
    const path = fc.array(key, { minLength: 1, maxLength: 3 }).map((steps) => ["spec", ...steps]);
    const value = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant(undefined));
    const change: fc.Arbitrary<Change> = fc.record({ path, value });
    // Wishes of one another's subtrees contradict each other; owners have keys of their own.
    const apart = (changes: readonly Change[]) =>
      changes.every((one, i) =>
        changes.every(
          (other, j) => i === j || !toPointer([...one.path, ""]).startsWith(toPointer([...other.path, ""])),
        ),
      );
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 5 }).filter(apart),
        fc.array(change, { maxLength: 4 }),
        (before, changes) => {
          fc.pre(apart(changes));
          const start = applyPatch(
            { metadata: { uid: "u" }, spec: {} },
            compilePatch({ metadata: { uid: "u" }, spec: {} }, before),
          );
          const result = applyPatch(start, compilePatch(start, changes));
          expect(effective(result, changes)).toEqual([]);
          for (const { path: other, value: kept } of before) {
            const touched = changes.some(
              ({ path: own }) =>
                toPointer([...other, ""]).startsWith(toPointer([...own, ""])) ||
                toPointer([...own, ""]).startsWith(toPointer([...other, ""])),
            );
            if (!touched) expect(valueAt(result, other)).toEqual(kept);
          }
        },
      ),
    );
  });
});

test("a Helm value key named __proto__ is written like any other, and no prototype changes", () => {
  const hostile = JSON.parse('{"__proto__":{"a":{}},"constructor":{"b":1}}') as JsonObject;
  const path = ["spec", "values", "__proto__", "a"];
  const patch = compilePatch(object, [{ path, value: 1 }]);
  expect(patch.map((operation) => (operation as { path: string }).path)).toEqual([
    "/metadata/uid",
    "/spec/values",
    "/spec/values/__proto__",
    "/spec/values/__proto__/a",
  ]);
  expect(JSON.stringify(applyJsonPatch(object, patch))).toContain('"values":{"__proto__":{"a":1}}');
  expect(JSON.stringify(overlay({}, hostile))).toBe(JSON.stringify(hostile));
  expect(JSON.stringify(overlay({}, JSON.parse('{"__proto__":{}}')))).toBe('{"__proto__":{}}');
  expect(JSON.stringify(ownLeaves(hostile, [["__proto__", "a"]], {}))).toBe('{"constructor":{"b":1}}');
  expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
});
