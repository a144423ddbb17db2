import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { minute, type SlowPlatform, startSlowPlatform } from "../../../support/slow-platform.ts";
import { failed, plainCluster, textOf } from "../../../support/tenancy.ts";

// What is said of something that takes longer than its limit, by a platform whose actions take as long as real ones.

let platform: SlowPlatform;

afterEach(() => platform?.stop());

async function created(): Promise<void> {
  const { hikube, id, options } = platform;
  await hikube.clusters.converge(id("c"), plainCluster, options({ create: true, within: 60 * minute }));
}

describe.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  beforeEach(async () => {
    platform = await startSlowPlatform(profile);
  });

  test("a cluster still being installed is named with the time waited and the platform's message", async () => {
    const { hikube, id, options } = platform;
    const error = await failed(
      hikube.clusters.converge(id("c"), plainCluster, options({ create: true, within: 2 * minute })),
    );
    expect(error).toMatchObject({ code: "Timeout", summary: "Cluster c is not ready yet", partial: { ready: false } });
    expect(error.message).toMatch(/^After 2m cluster c is not ready: Running 'install' action with timeout of/);
    expect(error).toMatchObject({
      hint: "The installation continues in the background.",
      remedy: { kind: "wait", limit: "create" },
    });
  });

  test("a change that is still under way is named so, with the limit that governs it", async () => {
    await created();
    const { hikube, id, options } = platform;
    const wanted = { ...plainCluster, host: "api.example.org" };
    const previous = plainCluster;
    const error = await failed(hikube.clusters.converge(id("c"), wanted, options({ previous, within: 90_000 })));
    expect(error).toMatchObject({ code: "Timeout", summary: "Cluster c is not ready yet" });
    expect(error.message).toMatch(/^After 1m30s cluster c is not ready: Running 'upgrade' action/);
    expect(error).toMatchObject({
      hint: "The change continues in the background.",
      remedy: { kind: "wait", limit: "update" },
    });
  });

  test("a node group and an add-on are warnings, after which another converge waits again", async () => {
    await created();
    const { hikube, group, options } = platform;
    const within = { create: true, within: minute };
    const web = await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options(within));
    expect(textOf(web.warnings)).toMatch(
      /^Node group web is not ready yet: The platform accepted it, but after 1m node group web of cluster c is not ready: .*\.$/,
    );
    const desired = { enabled: true, resolveConflicts: "NONE" } as const;
    const velero = await hikube.addons.converge(group("c", "velero"), desired, options(within));
    expect(textOf(velero.warnings)).toMatch(
      /^Add-on velero is not ready yet: The platform accepted it, but after 1m add-on velero of cluster c is not ready: .*\.$/,
    );
    expect(textOf(velero.warnings)).not.toContain("Likely cause");
    expect([...web.warnings, ...velero.warnings].every(({ resumable }) => resumable)).toBe(true);
  });

  test("a deletion is not called unready: what was asked to go is not deleted yet", async () => {
    await created();
    const { hikube, group, id, options } = platform;
    const cluster = await failed(hikube.clusters.remove(id("c"), options({ within: 1_000 })));
    expect(cluster).toMatchObject({ code: "Timeout", summary: "Cluster c is not deleted yet" });
    expect(cluster.message).toMatch(/^Cluster c is not deleted yet: /);
    expect(cluster.remedy).toMatchObject({ kind: "wait", limit: "delete" });
    await hikube.clusters.remove(id("c"), options({ within: 60 * minute }));

    await created();
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options({ create: true }));
    const web = await failed(hikube.nodeGroups.remove(group("c", "web"), options({ within: minute })));
    expect(web).toMatchObject({ code: "Timeout", summary: "Node group web of cluster c is not deleted yet" });
    expect(web).toMatchObject({ hint: "The deletion continues in the background.", remedy: { limit: "delete" } });
  });
});

test("an add-on whose prerequisite is not enabled names it as the likely cause", async () => {
  platform = await startSlowPlatform("1.1.2");
  await created();
  platform.sandbox.faults.lifecycle("c", { neverFinishes: true });
  const { hikube, group, options } = platform;
  const desired = { enabled: true, resolveConflicts: "NONE" } as const;
  const more = { create: true, within: minute };
  const late = await hikube.addons.converge(group("c", "monitoring-agents"), desired, options(more));
  expect(textOf(late.warnings)).toContain("Likely cause: cert-manager is not enabled.");
});
