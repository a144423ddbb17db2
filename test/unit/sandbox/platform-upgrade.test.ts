import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { renderCluster } from "../../../src/sandbox/chart/cluster-chart.ts";
import { loadProfile } from "../../../src/sandbox/platform/profile.ts";
import { createPlatformState, emptySnapshot } from "../../../src/sandbox/store/platform-state.ts";
import { upgradeState } from "../../../src/sandbox/upgrade/upgrade-state.ts";

/** What platform 1.6 stores of a cluster of 1.1. */
function upgraded(values: JsonObject) {
  const state = createPlatformState(structuredClone(emptySnapshot), () => 0);
  const labels = { team: "a" };
  state.releases.create("Kubernetes", "a", { values, labels, finalizers: ["finalizers.fluxcd.io"] });
  const world = upgradeState(state.snapshot(), { from: "1.1.2", to: "1.6.2", namespace: "tenant-demo" }, () => 0);
  const [release] = world.releases;
  if (release === undefined) throw new Error("the cluster is gone");
  const kind = loadProfile("1.6.2").kinds.get("Kubernetes");
  if (kind === undefined) throw new Error("no clusters");
  return { release, rendering: renderCluster(loadProfile("1.6.2"), kind, release.values), before: state.snapshot() };
}

const groupsOf = (values: JsonObject) => upgraded(values).release.values["nodeGroups"] as JsonObject;

const web = { minReplicas: 1, maxReplicas: 3, instanceType: "u1.large", resources: {}, ephemeralStorage: "50Gi" };
/** How md0 is stored after its null was patched. */
const returned = { minReplicas: 0, maxReplicas: 10, instanceType: "u1.medium", diskSize: "20Gi" };
const { ephemeralStorage, ...rest } = web;
const renamed = { ...rest, diskSize: ephemeralStorage };

test("platform upgrade > renames the disk of every group, and stores md0 in place of its null", () => {
  expect(groupsOf({ version: "v1.34", nodeGroups: { md0: null, web } })).toEqual({ md0: returned, web: renamed });
});

test("platform upgrade > keeps the disk size that is set, and unknown keys", () => {
  const both = { ...web, diskSize: "70Gi", fooBar: [1] };
  expect(groupsOf({ nodeGroups: { md0: null, web: both } })["web"]).toEqual({
    ...renamed,
    diskSize: "70Gi",
    fooBar: [1],
  });
});

test("platform upgrade > pins an md0 that is not stored; other groups keep both disk keys", () => {
  expect(groupsOf({ version: "v1.34", nodeGroups: { web } })).toEqual({
    md0: {
      minReplicas: 0,
      maxReplicas: 10,
      instanceType: "u1.medium",
      diskSize: "20Gi",
      storageClass: "",
      roles: ["ingress-nginx"],
      resources: {},
      gpus: [],
      kubelet: {},
    },
    // The old API shows its default for the key that the first migration removed, and the second one stores what is shown.
    web: { ...renamed, ephemeralStorage: "20Gi" },
  });
});

test.each([
  [{ nodeGroups: {} }, "v1.35"],
  [{}, "v1.35"],
  [{ version: "v1.31", nodeGroups: { md0: null } }, "v1.31"],
])("platform upgrade > stores md0 and every default of %j", (values, version) => {
  const { release } = upgraded(values);
  expect(release.values).toMatchObject({
    version,
    storageClass: "replicated",
    nodeGroups: { md0: { diskSize: "20Gi" } },
  });
});

test("platform upgrade > raises a version that has left; groups get both disk keys", () => {
  const { release, rendering } = upgraded({ version: "v1.30", nodeGroups: { md0: null, web } });
  expect(release.values["version"]).toBe("v1.31");
  expect(release.values["nodeGroups"]).toEqual({
    md0: { ...returned, ephemeralStorage: "20Gi" },
    web: { ...renamed, ephemeralStorage: "20Gi" },
  });
  expect(rendering).toMatchObject({ ok: false, text: expect.stringContaining('nodeGroup "md0": ephemeralStorage') });
});

test.each(["v1.31", "v1.34", "v1.35", "v1.29", "nonsense"])(
  "platform upgrade > leaves version %s as it is",
  (version) => {
    expect(upgraded({ version, nodeGroups: { md0: null } }).release.values["version"]).toBe(version);
  },
);

test("platform upgrade > is accepted by the new chart where each group has one disk key", () => {
  const { rendering } = upgraded({ version: "v1.34", nodeGroups: { md0: null, web } });
  expect(rendering).toMatchObject({ ok: true, value: { groups: [{ name: "md0" }, { name: "web" }] } });
});

test("platform upgrade > keeps labels, drops the finalizer as every patch does", () => {
  const { release, before } = upgraded({ nodeGroups: { md0: null, web } });
  expect(release).toMatchObject({ labels: { team: "a" }, finalizers: [], generation: 2 });
  expect(before.releases[0]).toMatchObject({ generation: 1, values: { nodeGroups: { web } } });
});
