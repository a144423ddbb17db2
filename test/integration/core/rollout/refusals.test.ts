import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CoreError } from "../../../../src/core/core-error.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { failed, plainCluster, startTenancy, type Tenancy, textOf, wish } from "../../../support/tenancy.ts";

describe.each(["1.1.2", "1.6.2"] as const)("what platform %s refuses", (profile) => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy(profile);
    await tenancy.hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
  });
  afterEach(async () => {
    await tenancy.stop();
  });

  test("is an error of the group whose fault it is, and others are told whose", async () => {
    const { hikube, group } = tenancy;
    const [bad, good, addon] = await Promise.all([
      failed(
        hikube.nodeGroups.converge(
          group("c", "bad"),
          { instanceType: "u9.huge", minReplicas: 1 },
          wish({ create: true }),
        ),
      ),
      failed(hikube.nodeGroups.converge(group("c", "good"), { minReplicas: 1 }, wish({ create: true }))),
      failed(
        hikube.addons.converge(
          group("c", "velero"),
          { enabled: true, resolveConflicts: "NONE" },
          wish({ create: true }),
        ),
      ),
    ]);
    expect(bad).toMatchObject({ code: "Refused", path: ["instanceType"], culprit: { kind: "nodeGroup", name: "bad" } });
    expect(bad.message).toContain("u9.huge");
    expect(bad.partial).toMatchObject({ id: { name: "bad" } });
    for (const innocent of [good, addon]) {
      expect(innocent).toMatchObject({ code: "Refused", culprit: { kind: "nodeGroup", name: "bad" }, path: undefined });
      expect(innocent.summary).toBe("Node group bad prevents this change");
      expect(innocent.message).toMatch(/because of node group bad:/);
    }
  });

  test("is healed when it is repaired, once, and a warning says so", async () => {
    const { hikube, group, sandbox } = tenancy;
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    await failed(hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1, instanceType: "u9.huge" }, wish()));
    const writes = sandbox.writes;
    const healed = await hikube.nodeGroups.converge(
      group("c", "web"),
      { minReplicas: 1, instanceType: "u1.medium" },
      wish(),
    );
    expect(healed).toMatchObject({ ready: true });
    expect(sandbox.writes - writes).toBe(2);
    expect(textOf(healed.warnings)).toContain("u9.huge");
  });

  test("is refused again when it is applied without a change, at once and without a write", async () => {
    const { hikube, group, sandbox } = tenancy;
    const bad = { instanceType: "u9.huge", minReplicas: 1 };
    await failed(hikube.nodeGroups.converge(group("c", "bad"), bad, wish({ create: true })));
    const writes = sandbox.writes;
    const again = await failed(hikube.nodeGroups.converge(group("c", "bad"), bad, wish({ previous: bad })));
    expect(again).toMatchObject({ code: "Refused", path: ["instanceType"] });
    expect(sandbox.writes).toBe(writes);
  });

  test("goes away with the group that caused it", async () => {
    const { hikube, group } = tenancy;
    await failed(hikube.nodeGroups.converge(group("c", "bad"), { instanceType: "u9.huge" }, wish({ create: true })));
    await hikube.nodeGroups.remove(group("c", "bad"), wish());
    const web = await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    expect(web.ready).toBe(true);
  });
});

test("a quota that refuses the object itself is the tenant's limit, not a missing right", () => {
  const error = CoreError.from(
    new KubeError("Forbidden", 'helmreleases "kubernetes-c" is forbidden: exceeded quota: tenant-quota', {
      status: 403,
    }),
    "creating cluster c",
  );
  expect(error).toMatchObject({ code: "Refused", hint: expect.stringContaining("more quota") });
  expect(error.message).toMatch(/quota does not allow it .*exceeded quota: tenant-quota/);
});
