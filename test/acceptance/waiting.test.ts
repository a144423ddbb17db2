import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyClean, expectEmptyPlan, expectError, expectSuccess, expectWarning, stateOf } from "./expectations.ts";
import { untilWaitedFor } from "../contract/served.ts";
import type { Workspace } from "./cli.ts";
import { startWorld, type World } from "./world.ts";

/** What happens when the platform is slow or refuses: a slow start never destroys (design §4 rule 7). */
describe.each(["1.1.2", "1.6.2"] as const)("waiting on platform %s", (profile) => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ profile, speed: 20 });
  });

  afterAll(() => world?.close());

  const cluster = (name: string, body = "") =>
    `resource "hikube_cluster" "c" {\n  name = "${name}"\n  version = "1.33"\n${body}}\n`;
  const group = (create: string) =>
    `resource "hikube_nodegroup" "g" {\n  cluster_id = hikube_cluster.c.id\n  name = "g"\n  min_replicas = 2\n  timeouts = { create = "${create}", update = "30m" }\n}\n`;

  /** An apply whose deadline passes while it waits. */
  async function late(workspace: Workspace) {
    const since = world.sandbox.requests.length;
    const applying = workspace.apply();
    await untilWaitedFor(world.sandbox, since);
    world.clock.jump(10 * 60_000);
    return await applying;
  }

  test("a slow node group is a warning, stays in the state, and the next apply waits on without a write", async () => {
    const workspace = await world.workspace(cluster("slow"));
    await applyClean(workspace);
    world.sandbox.faults.lifecycle("slow", {
      groupStuck: "g",
      quota: "exceeded quota: tenant-quota, requested: limits.cpu=4",
    });
    await workspace.write({ "main.tf": cluster("slow") + group("10m") });
    const slow = expectSuccess(await late(workspace));
    expectWarning(slow, /not ready|nodes/i);
    expectWarning(slow, /quota/);
    expect(await stateOf(workspace, "hikube_nodegroup.g")).toMatchObject({ ready: false });

    const writes = world.sandbox.writes;
    world.sandbox.faults.lifecycle("slow", {});
    const plan = await workspace.plan();
    expect(plan.changes.every(({ action }) => action === "update")).toBe(true);
    expectSuccess(await workspace.apply());
    expect(await stateOf(workspace, "hikube_nodegroup.g")).toMatchObject({ ready: true });
    expect(world.sandbox.writes).toBe(writes);
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster that is not ready in time is an error, saved, and not replaced", async () => {
    const workspace = await world.workspace(cluster("late", '  timeouts = { create = "10m", update = "30m" }\n'));
    world.sandbox.faults.lifecycle("late", { neverFinishes: true });
    expectError(await late(workspace), /time/i);
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ name: "late", ready: false });
    world.sandbox.faults.lifecycle("late", {});
    expectError(await workspace.plan(), /untaint/, /name/);
    expectSuccess(await workspace.run("untaint", "hikube_cluster.c"));
    expectSuccess(await workspace.apply());
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ ready: true });
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("wait_for = accepted does not wait", async () => {
    world.sandbox.faults.lifecycle("quick", { neverFinishes: true });
    const workspace = await world.workspace(cluster("quick", '  wait_for = "accepted"\n'));
    expectSuccess(await workspace.apply());
    expect((await workspace.plan()).exitCode).toBe(0);
    world.sandbox.faults.lifecycle("quick", {});
    expectSuccess(await workspace.destroy());
  });

  test("a restart of the API server in the middle of an apply is waited out", async () => {
    const workspace = await world.workspace(cluster("restart") + group("30m"));
    // Before the creation, while the cluster is waited for, and while the group is.
    let times = 0;
    for (const match of [
      { method: "POST", path: /\/kuberneteses$/ },
      { method: "GET", path: /\/kuberneteses\/restart$/, nth: 3 },
      { method: "PATCH", path: /\/kuberneteses\/restart$/ },
    ]) {
      world.sandbox.faults.add({
        match,
        get action() {
          times++;
          world.sandbox.restartApiServer(300);
          return { kind: "delay", ms: 0 } as const;
        },
      });
    }
    expectSuccess(await workspace.apply());
    expect(times).toBe(3);
    world.sandbox.faults.clear();
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("an add-on whose prerequisite is missing is a warning while planning", async () => {
    const workspace = await world.workspace(cluster("pre"));
    await applyClean(workspace);
    const addon = (name: string) =>
      `resource "hikube_addon" "a" {\n  cluster_id = hikube_cluster.c.id\n  name = "${name}"\n}\n`;
    await workspace.write({ "main.tf": cluster("pre") + addon("ingress-nginx") });
    expectWarning(await workspace.plan(), /role/);
    await workspace.write({ "main.tf": cluster("pre") + addon("monitoring-agents") });
    const plan = await workspace.plan();
    if (profile === "1.1.2") expectWarning(plan, /cert-manager/);
    else expect(plan.diagnostics).toEqual([]);
    await workspace.write({ "main.tf": cluster("pre") });
    expectSuccess(await workspace.destroy());
  });

  test("an add-on that is configured otherwise already is not overwritten, unless asked for", async () => {
    const addon = (values: string, resolve: string) =>
      `resource "hikube_addon" "a" {\n  cluster_id = hikube_cluster.c.id\n  name = "velero"\n  values = { velero = ${values} }\n  resolve_conflicts_on_create = "${resolve}"\n  on_destroy = "preserve"\n}\n`;
    const workspace = await world.workspace(cluster("conf") + addon("{ a = 1, b = 2 }", "NONE"));
    await applyClean(workspace);
    expectSuccess(await workspace.run("state", "rm", "hikube_addon.a"));
    await workspace.write({ "main.tf": cluster("conf") + addon("{ a = 3 }", "NONE") });
    expectError(await workspace.apply(), /already|exists/i);
    await workspace.write({ "main.tf": cluster("conf") + addon("{ a = 3 }", "ADOPT") });
    await applyClean(workspace);
    const values = () =>
      (world.sandbox.stored("Kubernetes", "conf")?.values as { addons: Record<string, unknown> } | undefined)?.addons[
        "velero"
      ];
    expect(values()).toMatchObject({ valuesOverride: { velero: { a: 3, b: 2 } } });
    expectSuccess(await workspace.run("state", "rm", "hikube_addon.a"));
    await workspace.write({ "main.tf": cluster("conf") + addon("{ a = 4 }", "OVERWRITE") });
    await applyClean(workspace);
    expect(values()).toMatchObject({ valuesOverride: { velero: { a: 4 } } });
    expect(JSON.stringify(values())).not.toContain('"b"');
    expectSuccess(await workspace.destroy());
  });
});
