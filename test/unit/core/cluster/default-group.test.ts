import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { clusterEdit } from "../../../../src/core/cluster/edit.ts";
import { housekeepingChanges } from "../../../../src/core/desired/housekeeping.ts";
import { defaultGroupAnnotation, lastWriteAnnotation } from "../../../../src/core/object/annotations.ts";
import type { AppObject } from "../../../../src/core/object/app-object.ts";
import { parseApp } from "../../../../src/core/object/app-object.ts";
import { readyMark, writeMark } from "../../../../src/core/object/last-write.ts";
import type { Monitor } from "../../../../src/core/object/monitors.ts";
import { emptyGroup, emptyPlaceholder, platformGroup } from "../../../../src/core/platform/groups.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import { declaredGroups, defaultGroupRuns } from "../../../../src/core/read/observe.ts";

// The state of the group `md0` that the platform adds by itself (platform.md §3.4).

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");
const plain = { defaultNodeGroup: false, upgradeStrategy: "single" } as const;
const path = ["spec", "nodeGroups", "md0"];
const mark = ["metadata", "annotations", defaultGroupAnnotation];

function cluster(
  nodeGroups: JsonObject,
  marked: string | undefined,
  ready = "True",
  annotations: JsonObject = {},
): AppObject {
  return parseApp({
    metadata: {
      name: "c",
      namespace: "t",
      uid: "u",
      labels: { "app.kubernetes.io/managed-by": "x" },
      annotations: { ...annotations, ...(marked === undefined ? {} : { [defaultGroupAnnotation]: marked }) },
    },
    spec: { nodeGroups },
    status: { conditions: [{ type: "Ready", status: ready, message: "" }] },
  });
}

const running = (observedReplicas: number, deleting = false): Monitor[] => [
  {
    name: "kubernetes-c-md0",
    role: "worker",
    release: "kubernetes-c",
    minReplicas: 0,
    availableReplicas: observedReplicas,
    observedReplicas,
    deleting,
  },
];

const dropping = (monitors: readonly Monitor[]) =>
  clusterEdit(
    { namespace: "t", name: "c" },
    plain,
    {
      previous: { ...plain, defaultNodeGroup: true },
      create: false,
      waitFor: "ready",
      signal: new AbortController().signal,
      deadline: 0,
    },
    monitors,
  );

const changesOf = (live: AppObject, platform: typeof old, monitors: readonly Monitor[] = []) =>
  dropping(monitors).build(live, platform, true);

/** A cluster whose condition is still the one of the release before the write that dropped the group (platform.md §7.1). */
const justDropped = (platform: typeof old): AppObject => {
  const md0 = platform === old ? emptyGroup(old) : emptyPlaceholder(platform);
  const before = cluster({ md0 }, "none");
  const lastWrite = writeMark({ attempts: 1, ready: readyMark(before), content: "x" });
  return cluster({ md0 }, "none", "True", { [lastWriteAnnotation]: lastWrite });
};

const working = cluster({ md0: platformGroup(old) }, undefined, "Unknown");

describe("the platform's own group is seen to run", () => {
  test.each<[string, AppObject, typeof old, Monitor[], boolean]>([
    ["1.1: where a patch brought it back", cluster({ md0: emptyGroup(old) }, "none"), old, running(2), true],
    ["1.1: scaled to nothing as well", cluster({ md0: emptyGroup(old) }, "none"), old, running(0), true],
    [
      "1.1: in a cluster that was made elsewhere",
      cluster({ md0: platformGroup(old) }, undefined),
      old,
      running(2),
      true,
    ],
    ["1.1: beside declared groups of such a cluster", cluster({ web: {} }, undefined), old, running(2), true],
    ["1.1: not where the null holds", cluster({ md0: emptyGroup(old) }, "none"), old, [], false],
    ["1.1: not while its monitor goes", cluster({ md0: emptyGroup(old) }, "none"), old, running(2, true), false],
    ["1.1: not while an action runs", cluster({ md0: emptyGroup(old) }, "none", "Unknown"), old, running(2), false],
    ["1.1: not before the platform takes up the write that dropped it", justDropped(old), old, running(2), false],
    ["1.1: while an action runs in a cluster that was made elsewhere", working, old, running(2), true],
    [
      "1.1: not where its own resource manages it",
      cluster({ md0: emptyGroup(old) }, "managed"),
      old,
      running(2),
      false,
    ],
    ["1.6: where the chart adds it and it has machines", cluster({}, undefined), recent, running(1), true],
    ["1.6: not where it has none", cluster({}, undefined), recent, running(0), false],
    ["1.6: not before the platform takes up the write that dropped it", justDropped(recent), recent, running(2), false],
    ["1.6: not beside another group", cluster({ web: {} }, undefined), recent, running(1), false],
  ])("%s", (_what, object, platform, monitors, expected) => {
    expect(defaultGroupRuns(object, monitors, platform)).toBe(expected);
  });
});

describe("an apply that drops it", () => {
  test.each([
    ["asked for before", "platform"],
    ["made elsewhere", undefined],
  ])("says null on 1.1: %s", (_what, marked) => {
    const changes = changesOf(cluster({ md0: platformGroup(old) }, marked), old);
    expect(changes).toEqual([
      { path: mark, value: "none" },
      { path, value: null },
    ]);
  });

  test("says null again where a patch brought it back", () => {
    expect(changesOf(cluster({ md0: emptyGroup(old) }, "none"), old, running(2))).toEqual([{ path, value: null }]);
  });

  test("says null until a write went through: read back, the null looks like the group", () => {
    const read = (lastWrite: string) =>
      cluster({ md0: emptyGroup(old) }, "none", "True", { [lastWriteAnnotation]: lastWrite });
    const edit = dropping(running(2));
    expect(edit.build(read("1"), old, true)).toEqual([{ path, value: null }]);
    expect(edit.build(read("1"), old, false), "an answer of 500 that nothing came of").toEqual([{ path, value: null }]);
    expect(edit.build(read("2"), old, false)).toEqual([]);
  });

  test.each([old, recent])("leaves one alone that its own resource manages", (platform) => {
    expect(changesOf(cluster({ md0: platformGroup(platform) }, "managed"), platform, running(2))).toEqual([]);
  });

  test("is undone on 1.6, where the mark outlives a group of its own resource", () => {
    const edit = clusterEdit(
      { namespace: "t", name: "c" },
      { ...plain, defaultNodeGroup: true },
      { previous: plain, create: false, waitFor: "ready", signal: new AbortController().signal, deadline: 0 },
      [],
    );
    expect(edit.build(cluster({}, "managed"), recent, true)).toEqual([
      { path: mark, value: "platform" },
      { path, value: platformGroup(recent) },
    ]);
    expect(edit.build(cluster({ md0: emptyGroup(recent) }, "managed"), recent, true)).toEqual([]);
  });

  test("declares one without machines on 1.6, where it would be the only group", () => {
    const changes = changesOf(cluster({}, undefined), recent, running(1));
    expect(changes).toEqual([
      { path: mark, value: "none" },
      { path, value: emptyPlaceholder(recent) },
    ]);
    expect(emptyPlaceholder(recent)).toMatchObject({ minReplicas: 0, maxReplicas: 0 });
  });

  test("that placeholder is no declared group, and goes with the write of another one", () => {
    const live = cluster({ md0: emptyPlaceholder(recent) }, "none");
    expect(declaredGroups(live, recent)).toEqual([]);
    expect(housekeepingChanges(live.json, recent, [])).not.toContainEqual({ path, value: undefined });
    const written = [{ path: ["spec", "nodeGroups", "web"], value: emptyGroup(recent) }];
    expect(housekeepingChanges(live.json, recent, written)).toContainEqual({ path, value: undefined });
  });
});
