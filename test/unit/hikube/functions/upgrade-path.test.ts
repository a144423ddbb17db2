import { describe, expect, test } from "vitest";
import { upgradePath } from "../../../../src/hikube/functions/upgrade-path.ts";
import fc from "../../../support/fast-check.ts";
import { call, errorOf } from "./call.ts";

describe("upgrade_path", () => {
  test.each([
    ["1.31", "1.33", ["1.32", "1.33"]],
    ["v1.31.4", "v1.32", ["1.32"]],
    ["1.34", "1.34.2", []],
  ])("goes from %s to %s one minor at a time", (from, to, steps) => {
    expect(call(upgradePath, from, to)).toEqual(steps);
  });

  test("checks the versions of the path against those on offer", () => {
    expect(call(upgradePath, "1.31", "1.33", ["v1.33", "1.32"])).toEqual(["1.32", "1.33"]);
    expect(call(upgradePath, "1.31", "1.33", null)).toEqual(["1.32", "1.33"]);
    expect(call(upgradePath, "1.29", "1.29", [])).toEqual([]);
  });

  test("consists of steps that are each a path of their own, and together the whole", () => {
    const minor = fc.integer({ min: 0, max: 60 });
    fc.assert(
      fc.property(minor, minor, minor, (a, b, c) => {
        const [from = 0, via = 0, to = 0] = [a, b, c].sort((x, y) => x - y);
        const path = (x: number, y: number) => call(upgradePath, `1.${x}`, `v1.${y}`) as string[];
        expect([...path(from, via), ...path(via, to)]).toEqual(path(from, to));
        expect(path(from, to)).toHaveLength(to - from);
      }),
    );
  });

  test.each<[string, string, (string[] | null)[], RegExp, number]>([
    ["latest", "1.33", [], /must be a Kubernetes version/, 0],
    ["1.31", "1", [], /must be a Kubernetes version/, 1],
    ["1.31", "1.99999999", [], /must be a Kubernetes version/, 1],
    ["1.33", "1.31", [], /is 1\.31, which is older than 1\.33; Kubernetes cannot be downgraded/, 1],
    ["2.0", "1.31", [], /is 1\.31, which is older than 2\.0/, 1],
    ["1.31", "2.0", [], /is 2\.0, another major version than 1\.31/, 1],
    [
      "1.31",
      "1.33",
      [["1.33"]],
      /has only 1\.33; the upgrade goes through 1\.32, 1\.33, and 1\.32 is not available/,
      2,
    ],
    ["1.31", "1.33", [[]], /is empty; the upgrade goes through 1\.32, 1\.33, and 1\.32, 1\.33 is not available/, 2],
    ["1.31", "1.33", [["newest"]], /holds an invalid version, which must be a Kubernetes version/, 2],
    ["1.31", "1.33", [null, null], /is one argument too many/, 3],
  ])("refuses %j to %j with %j at the right argument", (from, to, available, text, argument) => {
    expect(errorOf(upgradePath, from, to, ...available)).toEqual([expect.stringMatching(text), argument]);
  });
});
