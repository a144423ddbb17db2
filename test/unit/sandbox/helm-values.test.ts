import { expect, test } from "vitest";
import { coalesceValues } from "../../../src/sandbox/chart/helm-values.ts";

const chart = { nodeGroups: { md0: { min: 0, max: 10 } }, host: "", list: [1] };

test("helm values > merge the groups of the chart and of the user key by key", () => {
  expect(coalesceValues({ nodeGroups: { web: { min: 1 }, md0: { min: 2 } } }, chart)).toEqual({
    nodeGroups: { web: { min: 1 }, md0: { min: 2, max: 10 } },
    host: "",
    list: [1],
  });
});

test("helm values > a null removes a key of the chart", () => {
  expect(coalesceValues({ nodeGroups: { md0: null }, host: null }, chart)).toEqual({ nodeGroups: {}, list: [1] });
});

test("helm values > a null in a map that the chart does not have is kept", () => {
  expect(coalesceValues({ nodeGroups: { web: { resources: null } } }, chart)).toMatchObject({
    nodeGroups: { web: { resources: null } },
  });
});

test("helm values > lists are replaced, not merged", () => {
  expect(coalesceValues({ list: [2, 3] }, chart)["list"]).toEqual([2, 3]);
});
