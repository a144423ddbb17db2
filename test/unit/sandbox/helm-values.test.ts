import { expect, test } from "vitest";
import { coalesceValues } from "../../../src/sandbox/chart/helm-values.ts";

const chart = { nodeGroups: { md0: { min: 0, max: 10 } }, host: "", list: [1] };

test("the groups of the chart stay beside the user's, key by key", () => {
  expect(coalesceValues({ nodeGroups: { web: { min: 1 }, md0: { min: 2 } } }, chart)).toEqual({
    nodeGroups: { web: { min: 1 }, md0: { min: 2, max: 10 } },
    host: "",
    list: [1],
  });
});

test("a null takes a key of the chart away", () => {
  expect(coalesceValues({ nodeGroups: { md0: null }, host: null }, chart)).toEqual({ nodeGroups: {}, list: [1] });
});

test("a null in a map that the chart does not have is kept for the schema to refuse", () => {
  expect(coalesceValues({ nodeGroups: { web: { resources: null } } }, chart)).toMatchObject({
    nodeGroups: { web: { resources: null } },
  });
});

test("lists are replaced, not merged", () => {
  expect(coalesceValues({ list: [2, 3] }, chart)["list"]).toEqual([2, 3]);
});
