import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import { addonChanges, addonConflicts, wantedValues } from "../../../../src/core/desired/addon.ts";
import { clusterChanges, clusterSpec, clusterValues, readClusterSpec } from "../../../../src/core/desired/cluster.ts";
import type { AddonDesired, ClusterDesired, NodeGroupDesired } from "../../../../src/core/desired/desired.ts";
import { difference } from "../../../../src/core/desired/difference.ts";
import { groupHolds, groupSpec, readGroup } from "../../../../src/core/desired/node-group.ts";
import { compilePatch, effective } from "../../../../src/core/desired/patch.ts";
import { emptyGroup, platformGroup, readsAsUnset } from "../../../../src/core/platform/groups.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import { applyDefaults, stringsOf } from "../../../../src/core/platform/schema-defaults.ts";
import fc from "../../../support/fast-check.ts";

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");
const platforms = [
  ["1.1.2", old],
  ["1.6.2", recent],
] as const;

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const present = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
const quantity = fc.constantFrom("1", "500m", "2Gi", "20Gi");
const resources = fc.record({ cpu: quantity, memory: quantity });
const component = fc
  .record({ resourcesPreset: maybe(fc.constantFrom("small", "large")), resources: maybe(resources) })
  .map(present);
const clusterDesired = fc
  .record({
    version: maybe(fc.constantFrom("v1.33", "v1.34")),
    storageClass: maybe(fc.constantFrom("local", "replicated-async")),
    host: maybe(fc.constantFrom("a.example.com", "b.example.com")),
    controlPlane: maybe(
      fc
        .record({
          replicas: maybe(fc.integer({ min: 1, max: 5 })),
          apiServer: maybe(component),
          konnectivity: maybe(component),
        })
        .map(present),
    ),
    labels: maybe(
      fc.dictionary(fc.constantFrom("x.io/a", "x.io/b"), fc.constantFrom("1", "2"), { noNullPrototype: true }),
    ),
    defaultNodeGroup: fc.constant(false),
    upgradeStrategy: fc.constant("single" as const),
  })
  .map(present) as fc.Arbitrary<ClusterDesired>;
const groupDesired = fc
  .record({
    minReplicas: maybe(fc.integer({ min: 0, max: 5 })),
    maxReplicas: maybe(fc.integer({ min: 5, max: 9 })),
    instanceType: maybe(fc.constantFrom("u1.large", "s1.medium")),
    diskSize: maybe(quantity),
    roles: maybe(fc.uniqueArray(fc.constantFrom("a", "b", "ingress-nginx"))),
    gpus: maybe(fc.array(fc.record({ name: fc.constantFrom("nvidia.com/A", "nvidia.com/B") }), { maxLength: 2 })),
  })
  .map(present) as fc.Arbitrary<NodeGroupDesired>;

function make(object: JsonObject, changes: ReturnType<typeof clusterChanges>): JsonObject {
  const result = structuredClone(object);
  for (const { path, value } of changes) {
    let at: JsonObject = result;
    for (const step of path.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as JsonObject;
    }
    const last = path[path.length - 1] ?? "";
    if (value === undefined) delete at[last];
    else at[last] = structuredClone(value);
  }
  return result;
}
const read = (spec: JsonObject, schema: JsonObject): JsonObject => ({
  metadata: { uid: "u" },
  spec: applyDefaults(spec, schema) ?? {},
});

describe.each(platforms)("a cluster's spec on %s", (_name, platform) => {
  test("reads back as it was desired", () => {
    fc.assert(
      fc.property(clusterDesired, (desired) => {
        const spec = applyDefaults(clusterSpec(desired), platform.clusterSpec) as JsonObject;
        if (desired.version !== undefined) expect(spec["version"]).toBe(desired.version);
        const controlPlane = readClusterSpec(spec).controlPlane;
        expect(controlPlane).toMatchObject(structuredClone(desired.controlPlane ?? {}));
        expect(
          effective(
            { spec, metadata: { labels: desired.labels ?? {} } } as JsonObject,
            clusterChanges({ spec, metadata: { labels: desired.labels ?? {} } } as JsonObject, desired, {}, platform),
          ),
        ).toEqual([]);
      }),
    );
  });

  test("a change sets every wish, resets released keys to the default, and keeps others' keys", () => {
    fc.assert(
      fc.property(clusterDesired, clusterDesired, (previous, desired) => {
        const before = read(
          { ...clusterSpec(previous), addons: { velero: { enabled: true } }, nodeGroups: { web: { minReplicas: 3 } } },
          platform.clusterSpec,
        );
        before["metadata"] = { uid: "u", labels: { ...previous.labels, "them.io/x": "y" } };
        const { write, giveBack } = difference(desired, previous);
        const after = make(before, effective(before, clusterChanges(before, write, giveBack, platform)));
        expect(effective(after, clusterChanges(after, desired, {}, platform))).toEqual([]);
        expect(valueAt(after, ["spec", "addons"])).toEqual(valueAt(before, ["spec", "addons"]));
        expect(valueAt(after, ["spec", "nodeGroups"])).toEqual(valueAt(before, ["spec", "nodeGroups"]));
        expect(valueAt(after, ["metadata", "labels"])).toEqual({ ...desired.labels, "them.io/x": "y" });
        const fresh = read(clusterSpec(desired), platform.clusterSpec);
        for (const key of ["version", "storageClass", "host", "controlPlane"]) {
          expect(valueAt(after, ["spec", key]), key).toEqual(valueAt(fresh, ["spec", key]));
        }
      }),
    );
  });

  test("a patch made of the changes names only own keys", () => {
    const before = read({ nodeGroups: { web: {} } }, platform.clusterSpec);
    const patch = compilePatch(
      before,
      effective(
        before,
        clusterChanges(before, { host: "x.io", defaultNodeGroup: false, upgradeStrategy: "single" }, {}, platform),
      ),
    );
    expect(patch.map((operation) => valueAt(operation, ["path"]))).toEqual([
      "/metadata/uid",
      "/spec/host",
      "/spec/host",
    ]);
  });
});

test("quantities that mean the same are no change, and keep the stored spelling", () => {
  const live = read({ controlPlane: { apiServer: { resources: { cpu: 2, memory: "2048Mi" } } } }, old.clusterSpec);
  const desired = {
    controlPlane: { apiServer: { resources: { cpu: "2000m", memory: "2Gi" } } },
    defaultNodeGroup: false,
    upgradeStrategy: "single",
  } as const;
  expect(effective(live, clusterChanges(live, desired, {}, old))).toEqual([]);
  expect(readClusterSpec(live["spec"] as JsonObject).controlPlane.apiServer?.resources).toEqual({
    cpu: "2",
    memory: "2048Mi",
  });
});

test("a value equal to the previous wish is not written, for any value on the platform", () => {
  fc.assert(
    fc.property(clusterDesired, clusterDesired, (previous, desired) => {
      const { write, giveBack } = difference(desired, previous);
      const [wanted, former] = [new Map(pairs(desired)), new Map(pairs(previous))];
      for (const [path, value] of pairs(write)) expect(former.get(path), path).not.toEqual(value);
      for (const [path] of pairs(giveBack)) expect(wanted.has(path), path).toBe(false);
      for (const [path, value] of wanted) {
        if (former.get(path) !== value) expect(new Map(pairs(write)).get(path), path).toEqual(value);
      }
    }),
  );
});

const pairs = (desired: Partial<ClusterDesired>): [string, string][] =>
  [...clusterValues(desired)].map(({ field: { path }, value }) => [path.join("/"), JSON.stringify(value)]);

test("OIDC and the node health check are read where they are served", () => {
  const spec = applyDefaults(
    { oidc: { mode: "System", users: [{ email: "a@b.c", role: "view" }] } },
    recent.clusterSpec,
  ) as JsonObject;
  expect(readClusterSpec(spec).oidc).toEqual({
    mode: "System",
    users: [{ email: "a@b.c", role: "view" }],
  });
  expect(readClusterSpec(spec).nodeHealthCheck).toEqual({ maxUnhealthy: "50%", nodeStartupTimeout: "10m" });
  expect(readClusterSpec(applyDefaults({}, old.clusterSpec) as JsonObject).oidc).toBeUndefined();
});

describe.each(platforms)("a node group's spec on %s", (name, platform) => {
  test("is complete, reads back as desired, and holds", () => {
    fc.assert(
      fc.property(groupDesired, (desired) => {
        const group = groupSpec(undefined, desired, undefined, platform);
        for (const key of stringsOf(
          valueAt(platform.clusterSpec, ["properties", "nodeGroups", "additionalProperties"]) as JsonObject,
          "required",
        )) {
          expect(group, key).toHaveProperty(key);
        }
        expect(readGroup(group)).toMatchObject(structuredClone(desired));
        expect(groupHolds(group, desired, platform)).toBe(true);
        expect(groupSpec(group, desired, desired, platform)).toEqual(group);
      }),
    );
  });

  test("gives back what is no longer wanted and keeps what others set", () => {
    fc.assert(
      fc.property(groupDesired, groupDesired, (previous, desired) => {
        const stored = { ...groupSpec(undefined, previous, undefined, platform), theirs: 1 };
        const next = groupSpec(stored, desired, previous, platform);
        expect(groupHolds(next, desired, platform)).toBe(true);
        expect(next["theirs"]).toBe(1);
        const { theirs: _, ...own } = next;
        const filled = (group: JsonObject) => ({ roles: [], gpus: [], ...readGroup(group) });
        const fresh = filled(groupSpec(undefined, desired, undefined, platform));
        expect({ ...filled(own), roles: filled(own).roles.toSorted() }).toEqual({
          ...fresh,
          roles: fresh.roles.toSorted(),
        });
      }),
    );
  });

  test("calls the disk as the platform does", () => {
    expect(groupSpec(undefined, { diskSize: "50Gi" }, undefined, platform)).toMatchObject(
      name === "1.1.2" ? { ephemeralStorage: "50Gi" } : { diskSize: "50Gi" },
    );
  });
});

test("a sized group on 1.1 has an empty instance type, and the default without its size", () => {
  const sized = { resources: { cpu: "4", memory: "8Gi" } };
  const group = groupSpec(undefined, sized, undefined, old);
  expect(group).toMatchObject({ instanceType: "", resources: { cpu: "4", memory: "8Gi" } });
  expect(readGroup(group)).toMatchObject({ resources: { cpu: "4", memory: "8Gi" } });
  expect(readGroup(group).instanceType).toBeUndefined();
  expect(groupSpec(group, {}, sized, old)).toMatchObject({ instanceType: "u1.medium", resources: {} });
  expect(groupSpec(undefined, sized, undefined, recent)["instanceType"]).toBe("u1.medium");
});

test("the order of roles does not matter, the order of GPUs does", () => {
  const group = groupSpec(undefined, { roles: ["a", "b"], gpus: [{ name: "x" }, { name: "y" }] }, undefined, old);
  expect(groupHolds(group, { roles: ["b", "a"] }, old)).toBe(true);
  expect(groupHolds(group, { gpus: [{ name: "y" }, { name: "x" }] }, old)).toBe(false);
  expect(groupHolds(groupSpec(undefined, {}, undefined, old), { roles: [], gpus: [] }, old)).toBe(true);
});

test("a nulled md0 and the platform's own one both read as unset", () => {
  for (const [, platform] of platforms) {
    expect(readsAsUnset(platform, emptyGroup(platform))).toBe(true);
    expect(readsAsUnset(platform, platformGroup(platform))).toBe(true);
    expect(readsAsUnset(platform, { ...emptyGroup(platform), minReplicas: 1 })).toBe(false);
  }
});

describe("an add-on's values", () => {
  const tree: fc.Arbitrary<JsonObject> = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(
      fc.integer(),
      fc.array(fc.integer(), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("x", "y"), fc.integer(), { noNullPrototype: true, minKeys: 1 }),
    ) as fc.Arbitrary<Json>,
    { noNullPrototype: true },
  );
  const live = (values: JsonObject) =>
    read({ addons: { velero: { enabled: true, valuesOverride: values } } }, old.clusterSpec);
  const valuesAfter = (object: JsonObject, changes: ReturnType<typeof addonChanges>) =>
    valueAt(make(object, changes), ["spec", "addons", "velero", "valuesOverride"]);

  test("are owned leaf by leaf: a second write of the same wish changes nothing", () => {
    fc.assert(
      fc.property(tree, tree, tree, (foreign, previous, wanted) => {
        const desired = { values: wanted, resolveConflicts: "ADOPT" } as const;
        const before = { desired: { values: previous }, secretPaths: [] };
        const object = live(foreign);
        const after = make(object, addonChanges(object, "velero", desired, before, old));
        expect(addonChanges(after, "velero", desired, before, old)).toEqual([]);
      }),
    );
  });

  test("leave others' leaves alone when the owner's go", () => {
    const object = live({ velero: { theirs: 1, mine: 2, list: [1] } });
    const previous = { desired: { values: { velero: { mine: 2, list: [1] } } }, secretPaths: [] };
    const changes = addonChanges(object, "velero", { values: {}, resolveConflicts: "NONE" }, previous, old);
    expect(valuesAfter(object, changes)).toEqual({ velero: { theirs: 1 } });
  });

  test("take secret leaves away by their path, and lay new ones over the others", () => {
    const object = live({ velero: { token: "old", keep: 1 } });
    const previous = { desired: {}, secretPaths: [["velero", "token"]] };
    const desired = {
      values: { velero: { a: 1 } },
      secretValues: { velero: { a: 2, other: "new" } },
      resolveConflicts: "NONE",
    } as const;
    expect(wantedValues(desired)).toEqual({ velero: { a: 2, other: "new" } });
    expect(valuesAfter(object, addonChanges(object, "velero", desired, previous, old))).toEqual({
      velero: { keep: 1, a: 2, other: "new" },
    });
  });

  test("a new wish for an add-on conflicts with an enabled add-on or a changed value only", () => {
    const wish = (more: Partial<AddonDesired>): AddonDesired => ({ enabled: true, resolveConflicts: "NONE", ...more });
    const conflicts = (made: JsonObject, more: Partial<AddonDesired>) =>
      addonConflicts(read({ addons: { velero: made } }, old.clusterSpec), "velero", wish(more), old);
    const theirs = { valuesOverride: { velero: { a: 1, deep: { b: [2] } } } };
    expect(conflicts({}, {})).toBe(false);
    expect(conflicts({ enabled: true }, {})).toBe(true);
    expect(conflicts(theirs, { values: { velero: { c: 3, deep: { d: 4 } }, other: {} } })).toBe(false);
    expect(conflicts(theirs, { values: { velero: { a: 1 } } })).toBe(false);
    expect(conflicts(theirs, { values: { velero: { a: 2 } } })).toBe(true);
    expect(conflicts(theirs, { secretValues: { velero: { deep: { b: "s" } } } })).toBe(true);
    expect(conflicts(theirs, { values: { velero: 5 } })).toBe(true);
    expect(conflicts(theirs, { values: { velero: { a: { b: 1 } } } })).toBe(true);
    const ingress = (made: JsonObject, more: Partial<AddonDesired>) =>
      addonConflicts(read({ addons: { ingressNginx: made } }, old.clusterSpec), "ingressNginx", wish(more), old);
    expect(ingress({ hosts: ["a"] }, {})).toBe(false);
    expect(ingress({ hosts: ["a"] }, { hosts: ["a"] })).toBe(false);
    expect(ingress({ hosts: ["a"] }, { hosts: ["b"] })).toBe(true);
    expect(ingress({ exposeMethod: "LoadBalancer" }, { exposeMethod: "Proxied" })).toBe(true);
    expect(ingress({}, { exposeMethod: "LoadBalancer", hosts: ["b"] })).toBe(false);
  });
});
