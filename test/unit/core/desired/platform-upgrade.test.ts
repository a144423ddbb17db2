import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { clusterEdit } from "../../../../src/core/cluster/edit.ts";
import { housekeepingChanges } from "../../../../src/core/desired/housekeeping.ts";
import { groupSpec, readGroup } from "../../../../src/core/desired/node-group.ts";
import { effective } from "../../../../src/core/desired/patch.ts";
import { defaultGroupAnnotation } from "../../../../src/core/object/annotations.ts";
import { parseApp } from "../../../../src/core/object/app-object.ts";
import { emptyGroup, emptyPlaceholder, platformGroup, readsAsUnset } from "../../../../src/core/platform/groups.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import { declaredGroups, defaultGroupRuns } from "../../../../src/core/read/observe.ts";
import { parseFaults } from "../../../../src/core/rollout/faults.ts";
import { checkVersion } from "../../../../src/core/validate/version.ts";

// What an upgrade of the platform from 1.1 to 1.6 leaves in the object, and what becomes of it.

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");

/** Every combination of the two keys of a node's disk as they can be stored. */
const stored = [undefined, "20Gi", "50Gi"].flatMap((former) =>
  [undefined, "20Gi", "70Gi"].map((current) => [former, current] as const),
);
const disks = (former: string | undefined, current: string | undefined): JsonObject => ({
  ...(former === undefined ? {} : { ephemeralStorage: former }),
  ...(current === undefined ? {} : { diskSize: current }),
});

describe("a node group's disk on 1.6", () => {
  test.each(stored)("has one key where %s and %s are stored", (former, current) => {
    const live = { minReplicas: 1, theirs: true, ...disks(former, current) };
    const next = groupSpec(live, { minReplicas: 1 }, { minReplicas: 1 }, recent);
    expect(next).toMatchObject({ diskSize: current ?? former ?? "20Gi", theirs: true });
    expect(next).not.toHaveProperty("ephemeralStorage");
    expect(readGroup(next).diskSize).toBe(next["diskSize"]);
  });

  test.each(stored)("is the configured one where %s and %s are stored", (former, current) => {
    const next = groupSpec(disks(former, current), { diskSize: "90Gi" }, undefined, recent);
    expect(next).toMatchObject({ diskSize: "90Gi" });
    expect(next).not.toHaveProperty("ephemeralStorage");
  });

  test.each(stored)("leaves %s and %s alone on 1.1", (former, current) => {
    const next = groupSpec(disks(former, current), { minReplicas: 1 }, undefined, old);
    expect(next).toMatchObject({ ephemeralStorage: former ?? "20Gi", ...disks(former, current) });
  });
});

const path = ["spec", "nodeGroups", "md0"];
const cluster = (nodeGroups: JsonObject, mark: string | undefined) =>
  parseApp({
    metadata: {
      name: "c",
      namespace: "t",
      uid: "u",
      labels: { "app.kubernetes.io/managed-by": "x" },
      annotations: mark === undefined ? {} : { [defaultGroupAnnotation]: mark },
    },
    spec: { nodeGroups },
    status: { conditions: [{ type: "Ready", status: "False", message: "" }] },
  });

/** How the suppressed group is stored after an upgrade: from a null, raised with its version, or pinned. */
const returned: readonly JsonObject[] = [
  emptyGroup(recent),
  { ...emptyGroup(recent), ephemeralStorage: "20Gi" },
  {
    ...platformGroup(recent),
    storageClass: "",
    kubelet: { evictionHardMemory: "7%", evictionSoftMemory: "10%" },
  },
];

function changes(nodeGroups: JsonObject, mark: string | undefined, defaultNodeGroup: boolean) {
  const desired = { defaultNodeGroup, upgradeStrategy: "single" } as const;
  const options = { create: false, waitFor: "ready", signal: new AbortController().signal, deadline: 0 } as const;
  const edit = clusterEdit({ namespace: "t", name: "c" }, desired, { ...options, previous: desired }, []);
  const live = cluster(nodeGroups, mark);
  return effective(live.json, edit.build(live, recent, true));
}

describe("a suppressed md0 that an upgrade brought back", () => {
  test.each(returned)("is seen, undeclared, and removed beside other groups: %j", (md0) => {
    const live = cluster({ md0, web: {} }, "none");
    expect(readsAsUnset(recent, md0)).toBe(true);
    expect(defaultGroupRuns(live, [], recent)).toBe(true);
    expect(declaredGroups(live, recent)).toEqual(["web"]);
    expect(changes({ md0, web: {} }, "none", false)).toEqual([{ path, value: undefined }]);
    expect(housekeepingChanges(live.json, recent, [])).toContainEqual({ path, value: undefined });
  });

  test.each(returned)("becomes a group without machines where it is the only one: %j", (md0) => {
    const placeholder = { path, value: emptyPlaceholder(recent) };
    expect(changes({ md0 }, "none", false)).toEqual([placeholder]);
    expect(housekeepingChanges(cluster({ md0 }, "none").json, recent, [])).toContainEqual(placeholder);
  });

  test.each([
    [{ ...emptyGroup(recent), minReplicas: 1 }, "none"],
    [{ ...emptyGroup(recent), kubelet: { evictionHardMemory: "9%" } }, "none"],
    [{ ...emptyGroup(recent), storageClass: "local" }, "none"],
    [emptyGroup(recent), "managed"],
    [emptyGroup(recent), undefined],
  ])("is another client's group as %j with the mark %s", (md0, mark) => {
    expect(defaultGroupRuns(cluster({ md0, web: {} }, mark), [], recent)).toBe(false);
    expect(declaredGroups(cluster({ md0, web: {} }, mark), recent)).toEqual(["md0", "web"]);
    expect(changes({ md0, web: {} }, mark, false)).toEqual([]);
  });
});

describe("a requested md0 after an upgrade", () => {
  const both = { ...platformGroup(recent), ephemeralStorage: "20Gi" };
  const change = { path: [...path, "ephemeralStorage"], value: undefined };

  test("loses the retired key with every write", () => {
    expect(changes({ md0: both }, "platform", true)).toEqual([change]);
    expect(housekeepingChanges(cluster({ md0: both }, "platform").json, recent, [])).toContainEqual(change);
    expect(changes({ md0: platformGroup(recent) }, "platform", true)).toEqual([]);
  });

  test("is recorded as requested where the platform has pinned it", () => {
    expect(changes({ md0: returned[2] ?? {} }, undefined, true)).toEqual([
      { path: ["metadata", "annotations", defaultGroupAnnotation], value: "platform" },
    ]);
  });
});

describe("the chart's refusal of the retired key", () => {
  const text = (group: string) =>
    `Helm upgrade failed: execution error at (kubernetes/templates/cluster.yaml:532:8): nodeGroup "${group}": ephemeralStorage is no longer supported and should have been automatically migrated to diskSize`;

  test("names every group that has it, and is past where none has", () => {
    const both = { ephemeralStorage: "20Gi", diskSize: "20Gi" };
    const faults = parseFaults(text("a"), { nodeGroups: { a: both, b: both, c: { diskSize: "20Gi" } } }, "x");
    expect(faults.map(({ culprit, present, path }) => [culprit?.name, present, path])).toEqual([
      ["a", true, ["diskSize"]],
      ["b", true, ["diskSize"]],
    ]);
    expect(parseFaults(text("a"), { nodeGroups: { a: { diskSize: "20Gi" } } }, "x")).toMatchObject([
      { culprit: { kind: "nodeGroup", name: "a" }, present: false },
    ]);
  });
});

describe("a version that the platform raised", () => {
  test("is named with what to write", () => {
    expect(checkVersion(recent, "1.30", "v1.31")).toMatchObject([
      {
        summary: "The platform raised the cluster to Kubernetes 1.31",
        detail: expect.stringContaining('Write `version = "1.31"`'),
      },
    ]);
  });

  test.each([
    ["1.30", undefined],
    ["1.30", "v1.34"],
    ["1.36", "v1.35"],
  ])("is not suspected of %s beside %s", (wanted, current) => {
    expect(checkVersion(recent, wanted, current)).toMatchObject([{ summary: `Kubernetes ${wanted} is not available` }]);
  });
});
