import { describe, expect, test } from "vitest";
import {
  compareVersions,
  newerVersions,
  normaliseVersion,
  upgradePath,
} from "../../../../src/core/platform/versions.ts";
import { missingOfVersion } from "../../../../src/core/rollout/cluster-readiness.ts";
import { upgradeSteps } from "../../../../src/core/validate/version.ts";

describe("versions", () => {
  test.each(["1.34", "v1.34", "1.34.4", "v1.34.4", "v1.34.4+k3s1", " v1.34 "])("%s means v1.34", (text) => {
    expect(normaliseVersion(text)).toBe("v1.34");
  });

  test.each(["", "1", "latest", "v1", "1.x", "v1.34-rc"])("%s is no version", (text) => {
    expect(normaliseVersion(text)).toBeUndefined();
  });

  test("minors are compared as numbers", () => {
    expect(compareVersions("1.9", "v1.10.2")).toBeLessThan(0);
    expect(compareVersions("v1.34.1", "1.34")).toBe(0);
  });

  test("the path between two minors names every minor", () => {
    expect(upgradePath("v1.31", "1.34.2")).toEqual({ ok: true, steps: ["v1.32", "v1.33", "v1.34"] });
    expect(upgradePath("v1.34", "v1.33")).toEqual({ ok: false, reason: "downgrade" });
  });
});

describe("upgrades", () => {
  test.each([
    ["v1.33", ["v1.34", "v1.35"]],
    ["1.34.4", ["v1.35"]],
    ["v1.35", []],
    ["v1.29", ["v1.33", "v1.34", "v1.35"]],
    [undefined, []],
  ])("the served minors above %s are %j", (version, newer) => {
    expect(newerVersions(["v1.35", "v1.34", "v1.33"], version)).toEqual(newer);
  });

  test("one minor up is one step, whatever the strategy", () => {
    expect(upgradeSteps({ from: "v1.33", to: "1.34", running: "v1.33.8", strategy: "single" })).toEqual(["v1.34"]);
  });

  test("a skipped minor is refused unless the upgrade goes step by step", () => {
    expect(() => upgradeSteps({ from: "v1.32", to: "1.34", running: undefined, strategy: "single" })).toThrow(
      /is 2 minor versions/,
    );
    expect(upgradeSteps({ from: "v1.32", to: "1.34", running: undefined, strategy: "stepwise" })).toEqual([
      "v1.33",
      "v1.34",
    ]);
  });

  test("a downgrade is refused, which the platform would report as a success", () => {
    expect(() => upgradeSteps({ from: "v1.34", to: "v1.33", running: undefined, strategy: "stepwise" })).toThrow(
      /is older/,
    );
  });

  test("an upgrade is refused while the last one has not come through", () => {
    expect(() => upgradeSteps({ from: "v1.34", to: "v1.35", running: "v1.33.8", strategy: "stepwise" })).toThrow(
      /still runs 1\.33/,
    );
  });

  test("nodes whose kubelet is older are still missing", () => {
    const nodes = [
      { name: "a", kubeletVersion: "v1.34.4", ready: true },
      { name: "b", kubeletVersion: "v1.33.8", ready: true },
    ];
    expect(missingOfVersion("v1.34", "v1.34.4", nodes)).toBe("1 of 2 nodes do not run v1.34 yet");
    expect(missingOfVersion("v1.34", "v1.33.8", nodes)).toBe("the API server still runs v1.33.8");
    expect(missingOfVersion("v1.34", "v1.34.4", nodes.slice(0, 1))).toBeUndefined();
  });
});
