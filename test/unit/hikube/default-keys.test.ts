import { describe, expect, test } from "vitest";
import { formerKeys, withDefaults, withoutDefaults } from "../../../src/hikube/cluster/default-keys.ts";
import type { ClusterSchema } from "../../../src/hikube/cluster/flatten.ts";
import type { State } from "../../../src/schema/shape.ts";
import { UNKNOWN } from "../../../src/values/value.ts";

const none = { labels: null, annotations: null };

describe("the keys to set", () => {
  test.each([
    ["nothing where neither has any", none, { labels: {}, annotations: {} }, {}],
    ["the defaults", none, { labels: { a: "1" }, annotations: {} }, { labels: { a: "1" } }],
    [
      "the cluster's own over the defaults",
      { labels: { a: "2", b: "3" }, annotations: { n: "x" } },
      { labels: { a: "1", c: "4" }, annotations: {} },
      { labels: { a: "2", b: "3", c: "4" }, annotations: { n: "x" } },
    ],
    ["an empty map as none", { labels: {}, annotations: null }, { labels: {}, annotations: {} }, { labels: {} }],
    ["the cluster's own alone while the defaults are unknown", none, { labels: UNKNOWN, annotations: {} }, {}],
  ])("are %s", (_, own, defaults, expected) => {
    expect(withDefaults(own, defaults)).toEqual(expected);
  });
});

describe("the keys of the last apply", () => {
  const prior = (labels: object | null, all: object | null) =>
    ({ labels, labels_all: all, annotations: null, annotations_all: null }) as unknown as State<ClusterSchema>;

  test("are those of the configuration and the defaults of that time", () => {
    const former = { labels: { a: "1" }, annotations: null };
    expect(formerKeys(prior({ a: "1" }, { a: "1", d: "2" }), former)).toEqual({ labels: { a: "1", d: "2" } });
  });

  test("are not those of other writers that an import read", () => {
    expect(formerKeys(prior({ theirs: "x" }, { theirs: "x", d: "2" }), none)).toEqual({ labels: { d: "2" } });
    expect(formerKeys(prior({ theirs: "x" }, { theirs: "x" }), none)).toEqual({});
  });

  test("are those of the configuration alone in a state of an earlier version", () => {
    expect(formerKeys(prior({ a: "1" }, null), { labels: { a: "1" }, annotations: null })).toEqual({
      labels: { a: "1" },
    });
  });
});

test("an import leaves out the keys that only repeat a default", () => {
  const keys = { a: "1", b: "2", toString: "x" };
  expect(withoutDefaults(keys, { a: "1", b: "3" })).toEqual({ b: "2", toString: "x" });
  expect(withoutDefaults(keys, UNKNOWN)).toEqual(keys);
});
