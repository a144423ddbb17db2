import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { Removed } from "../../../../src/core/desired/state.ts";
import type { MemberRemoveOptions } from "../../../../src/core/options.ts";
import type { SlowPlatform } from "../../../support/slow-platform.ts";
import { minute, startSlowPlatform } from "../../../support/slow-platform.ts";
import { failed, plainCluster, textOf } from "../../../support/tenancy.ts";

// A removal that the platform has accepted ends well, so that the deletion of the cluster can follow: what others set must not prevent it.

let platform: SlowPlatform;
afterEach(() => platform.stop());

type Remove = (options?: Partial<MemberRemoveOptions> & { readonly within?: number }) => Promise<Removed>;

const members: readonly (readonly [what: string, remove: Remove, isStored: () => boolean])[] = [
  [
    "node group",
    (more) => platform.hikube.nodeGroups.remove(platform.group("c", "web"), { ...platform.options(more), ...more }),
    () => stored(["nodeGroups", "web"]) !== undefined,
  ],
  [
    "add-on",
    (more) => {
      const options = { ...platform.options(more), ...more, onDestroy: "disable" } as const;
      return platform.hikube.addons.remove(platform.group("c", "velero"), options);
    },
    () => stored(["addons", "velero", "enabled"]) === true,
  ],
];
const stored = (path: readonly string[]) => valueAt(platform.sandbox.stored("Kubernetes", "c")?.values ?? null, path);

async function start(profile: "1.1.2" | "1.6.2"): Promise<void> {
  platform = await startSlowPlatform(profile);
  const { hikube, group, id, options, sandbox } = platform;
  sandbox.faults.lifecycle("c", {});
  await hikube.clusters.converge(id("c"), plainCluster, options({ create: true }));
  await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options({ create: true }));
  const velero = { enabled: true, resolveConflicts: "NONE" } as const;
  await hikube.addons.converge(group("c", "velero"), velero, options({ create: true }));
}

const removeCluster = async (): Promise<void> => {
  await platform.hikube.clusters.remove(platform.id("c"), platform.options({ within: 60 * minute }));
  expect(await platform.running()).toEqual([]);
};

describe("another add-on makes the chart refuse every change", () => {
  beforeEach(async () => {
    await start("1.6.2");
    // The platform stores it, and refuses to render it from then on.
    await platform.edit("c", { spec: { addons: { hami: { enabled: true } } } });
    await platform.clock.sleep(minute);
  });

  test.each(members)(
    "the removal of the %s ends in a warning that names it, and the cluster can go",
    async (_, remove, isStored) => {
      const { warnings } = await remove();
      expect(isStored()).toBe(false);
      expect(textOf(warnings)).toMatch(/was removed from the cluster's settings.*add-on hami/);
      await removeCluster();
    },
  );
});

describe.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  beforeEach(() => start(profile));

  test.each(members)(
    "the removal of the %s from a failing release ends in a warning, and the cluster can go",
    async (_, remove, isStored) => {
      platform.sandbox.faults.lifecycle("c", { installFails: "no luck" });
      await platform.edit("c", { spec: { host: "h.example.org" } });
      await platform.clock.sleep(minute);
      const began = platform.clock.now();
      const { warnings } = await remove();
      expect(platform.clock.now() - began).toBeLessThan(20 * minute);
      expect(isStored()).toBe(false);
      expect(textOf(warnings)).toMatch(/does not roll the change out: .*no luck/);
      await removeCluster();
    },
  );

  test.each(members)(
    "the removal of the %s whose own rollout fails until the deadline ends in a warning",
    async (_, remove, isStored) => {
      platform.sandbox.faults.lifecycle("c", { installFails: "no luck" });
      const { warnings } = await remove({ within: 5 * minute });
      expect(isStored()).toBe(false);
      expect(textOf(warnings)).toMatch(/no luck/);
      await removeCluster();
    },
  );

  test.each(members)("the removal of the %s that still rolls out at the deadline is an error", async (_, remove) => {
    platform.sandbox.faults.lifecycle("c", { neverFinishes: true });
    expect(await failed(remove({ within: minute }))).toMatchObject({ code: "Timeout" });
  });

  test.each(members)(
    "the removal of the %s that waits for acceptance ends once it is stored",
    async (_, remove, isStored) => {
      platform.sandbox.faults.lifecycle("c", { neverFinishes: true });
      const began = platform.clock.now();
      expect(await remove({ waitFor: "accepted" })).toEqual({ warnings: [] });
      expect(platform.clock.now() - began).toBeLessThan(minute);
      expect(isStored()).toBe(false);
    },
  );

  test("a cluster whose installation is stuck can be destroyed with its parts", async () => {
    await removeCluster();
    const { hikube, group, id, options, sandbox } = platform;
    sandbox.faults.lifecycle("c", { neverFinishes: true });
    const accepted = { create: true, waitFor: "accepted" } as const;
    await hikube.clusters.converge(id("c"), plainCluster, options(accepted));
    await platform.clock.sleep(3_000);
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options(accepted));
    await platform.clock.sleep(3_000);
    const { warnings } = await hikube.nodeGroups.remove(group("c", "web"), options({ within: 60 * minute }));
    expect(textOf(warnings)).toMatch(
      /does not roll the change out: .*(context deadline exceeded|uninstall remediation)/,
    );
    await removeCluster();
  });
});
