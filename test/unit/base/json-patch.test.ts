import { describe, expect, test } from "vitest";
import { applyJsonPatch, JsonPatchError } from "../../../src/base/json-patch.ts";

describe("JSON Patch", () => {
  test("adds, replaces and removes members of objects and arrays", () => {
    const document = { a: { b: 1 }, list: [1, 3] };
    const patched = applyJsonPatch(document, [
      { op: "add", path: "/a/c", value: null },
      { op: "replace", path: "/a/b", value: 2 },
      { op: "add", path: "/list/1", value: 2 },
      { op: "add", path: "/list/-", value: 4 },
      { op: "remove", path: "/list/0" },
    ]);
    expect(patched).toEqual({ a: { b: 2, c: null }, list: [2, 3, 4] });
    expect(document).toEqual({ a: { b: 1 }, list: [1, 3] });
  });

  test("accepts escaped pointers and the whole document", () => {
    expect(applyJsonPatch({ "a/b": 1, "c~d": 2 }, [{ op: "remove", path: "/a~1b" }])).toEqual({ "c~d": 2 });
    expect(applyJsonPatch({ "c~d": 2 }, [{ op: "replace", path: "/c~0d", value: 3 }])).toEqual({ "c~d": 3 });
    expect(applyJsonPatch({ a: 1 }, [{ op: "replace", path: "", value: [1] }])).toEqual([1]);
  });

  test("moves and copies", () => {
    expect(applyJsonPatch({ a: { b: 1 } }, [{ op: "move", from: "/a/b", path: "/c" }])).toEqual({ a: {}, c: 1 });
    expect(applyJsonPatch({ a: [1] }, [{ op: "copy", from: "/a", path: "/b" }])).toEqual({ a: [1], b: [1] });
  });

  test("a test operation ignores the order of keys", () => {
    const operation = { op: "test", path: "/a", value: { y: 2, x: 1 } };
    expect(applyJsonPatch({ a: { x: 1, y: 2 } }, [operation])).toEqual({ a: { x: 1, y: 2 } });
  });

  test.each([
    ["a test that fails", [{ op: "test", path: "/a", value: 2 }]],
    ["a test of what is not there", [{ op: "test", path: "/z", value: null }]],
    ["removing what is not there", [{ op: "remove", path: "/z" }]],
    ["replacing what is not there", [{ op: "replace", path: "/z", value: 1 }]],
    ["adding under a missing parent", [{ op: "add", path: "/z/y", value: 1 }]],
    ["an index beyond the end", [{ op: "add", path: "/list/9", value: 1 }]],
    ["an index with a leading zero", [{ op: "replace", path: "/list/00", value: 1 }]],
    ["a value that is missing", [{ op: "add", path: "/b" }]],
    ["a pointer without a slash", [{ op: "add", path: "b", value: 1 }]],
    ["moving something into itself", [{ op: "move", from: "/o", path: "/o/p" }]],
    ["an unknown operation", [{ op: "merge", path: "/a", value: 1 }]],
    ["something that is no patch", { op: "add" }],
  ])("%s is an error", (_, operations) => {
    expect(() => applyJsonPatch({ a: 1, list: [1], o: {} }, operations)).toThrow(JsonPatchError);
  });
});

test("a key named __proto__ is an ordinary key and changes no prototype", () => {
  const patch = JSON.parse(
    '[{"op":"add","path":"/__proto__","value":{}},{"op":"add","path":"/__proto__/a","value":1}]',
  );
  const patched = applyJsonPatch({}, patch);
  expect(JSON.stringify(patched)).toBe('{"__proto__":{"a":1}}');
  expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
  expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
});
