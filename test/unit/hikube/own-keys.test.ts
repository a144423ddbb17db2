import { expect, test } from "vitest";
import { withOwnKeys } from "../../../src/hikube/cluster/own-keys.ts";

const live = { uid: "1", labels: { owner: "changed", team: "theirs" }, annotations: { note: "theirs" } };

test("labels of others beside ours are no part of the state, ours are as they now read", () => {
  const seen = withOwnKeys(live, { labels: { owner: "us", gone: "x" }, annotations: null });
  expect(seen).toEqual({ uid: "1", labels: { owner: "changed" }, annotations: {} });
});

test("a label named like a property of every object is not managed by accident", () => {
  expect(withOwnKeys({ labels: { toString: "x" }, annotations: {} }, { labels: {}, annotations: null }).labels).toEqual(
    {},
  );
});
