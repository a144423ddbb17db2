import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { untilWaitedFor } from "../support/provider/provider-on-sandbox.ts";
import type { Workspace } from "../support/terraform/cli.ts";
import {
  applyClean,
  expectEmptyPlan,
  expectError,
  expectSuccess,
  expectWarning,
  stateOf,
} from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";
import { foreignWriter } from "./foreign-writer.ts";

/** What happens when the platform is slow or refuses: a slow start never destroys (design §4 rule 7). */
describe.each(["1.1.2", "1.6.2"] as const)("waiting on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });

  afterAll(() => bed?.close());

  const cluster = (name: string, body = "") =>
    `resource "hikube_cluster" "c" {\n  name = "${name}"\n  version = "1.33"\n${body}}\n`;
  const group = (create: string) =>
    `resource "hikube_nodegroup" "g" {\n  cluster_id = hikube_cluster.c.id\n  name = "g"\n  min_replicas = 2\n  timeouts = { create = "${create}", update = "30m" }\n}\n`;

  /** An apply whose deadline passes while it waits, once something has happened. */
  async function late(workspace: Workspace, name: string, happened = async () => {}) {
    const since = bed.sandbox.requests.length;
    const applying = workspace.apply();
    await untilWaitedFor(bed.sandbox, name, since);
    await happened();
    bed.clock.jump(10 * 60_000);
    return await applying;
  }

  test("a slow node group is a warning, stays in the state, and needs no write in the next apply", async () => {
    const workspace = await bed.workspace(cluster("slow"));
    await applyClean(workspace);
    bed.sandbox.faults.lifecycle("slow", {
      groupStuck: "g",
      quota: "exceeded quota: tenant-quota, requested: limits.cpu=4",
    });
    await workspace.write({ "main.tf": cluster("slow") + group("10m") });
    const { untilEvent } = foreignWriter(bed.sandbox);
    const slow = expectSuccess(await late(workspace, "slow", () => untilEvent("exceeded quota")));
    expectWarning(slow, /^Node group g is not ready yet\n.*the next apply waits again/s);
    expectWarning(slow, /quota/);
    expect(await stateOf(workspace, "hikube_nodegroup.g")).toMatchObject({ ready: false });

    const writes = bed.sandbox.writes;
    bed.sandbox.faults.lifecycle("slow", {});
    const plan = await workspace.plan();
    expect(plan.changes.every(({ action }) => action === "update")).toBe(true);
    expectSuccess(await workspace.apply());
    expect(await stateOf(workspace, "hikube_nodegroup.g")).toMatchObject({ ready: true });
    expect(bed.sandbox.writes).toBe(writes);
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster that is not ready in time is an error, saved, and not replaced", async () => {
    const workspace = await bed.workspace(cluster("late", '  timeouts = { create = "10m", update = "30m" }\n'));
    bed.sandbox.faults.lifecycle("late", { neverFinishes: true });
    expectError(
      await late(workspace, "late"),
      /^Cluster late is not ready yet\nAfter .*terraform untaint.*timeouts\.create.*terraform destroy -refresh=false/s,
    );
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ name: "late", ready: false });
    bed.sandbox.faults.lifecycle("late", {});
    expectError(await workspace.plan(), /untaint/, /name/);
    expectSuccess(await workspace.run("untaint", "hikube_cluster.c"));
    expectSuccess(await workspace.apply());
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ ready: true });
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("wait_for = accepted does not wait", async () => {
    bed.sandbox.faults.lifecycle("quick", { neverFinishes: true });
    const workspace = await bed.workspace(cluster("quick", '  wait_for = "accepted"\n'));
    expectSuccess(await workspace.apply());
    expect((await workspace.plan()).exitCode).toBe(0);
    bed.sandbox.faults.lifecycle("quick", {});
    expectSuccess(await workspace.destroy());
  });

  test("a restart of the API server in the middle of an apply is waited out", async () => {
    const workspace = await bed.workspace(cluster("restart") + group("30m"));
    // Before the creation, while the cluster is waited for, and while the group is.
    let times = 0;
    for (const match of [
      { method: "POST", path: /\/kuberneteses$/ },
      { method: "GET", path: /\/kuberneteses\/restart$/, nth: 3 },
      { method: "PATCH", path: /\/kuberneteses\/restart$/ },
    ]) {
      bed.sandbox.faults.add({
        match,
        get action() {
          times++;
          bed.sandbox.restartApiServer(300);
          return { kind: "delay", ms: 0 } as const;
        },
      });
    }
    expectSuccess(await workspace.apply());
    expect(times).toBe(3);
    bed.sandbox.faults.clear();
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("an add-on whose prerequisite is missing is a warning while planning", async () => {
    const workspace = await bed.workspace(cluster("pre"));
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

  if (profile === "1.1.2") {
    test("an add-on that is not ready is not shown as ready, and the next apply waits for it again", async () => {
      const addon = (name: string, more = "") =>
        `resource "hikube_addon" "${name}" {\n  cluster_id = hikube_cluster.c.id\n  name = "${name}"\n${more}}\n`;
      const patience = '  timeouts = { create = "10m", update = "1s" }\n';
      const stack = `${cluster("notyet")}resource "hikube_nodegroup" "g" {\n  cluster_id = hikube_cluster.c.id\n  name = "g"\n  min_replicas = 1\n}\n`;
      const workspace = await bed.workspace(stack);
      await applyClean(workspace);
      await workspace.write({ "main.tf": stack + addon("monitoring-agents", patience) });
      const shown = async () =>
        (await workspace.state()).resources?.find(({ address }) => address.startsWith("hikube_addon.mon"))?.values;
      expectWarning(await late(workspace, "notyet"), /^Add-on monitoring-agents is not ready yet/);
      expect(await shown()).toMatchObject({ ready: false, status: "progressing" });
      const resumed = { address: "hikube_addon.monitoring-agents", action: "update" };
      expect((await workspace.plan()).changes).toEqual([resumed]);
      const writes = bed.sandbox.writes;
      await workspace.apply();
      expect(bed.sandbox.writes).toBe(writes);
      expect((await workspace.plan()).changes).toEqual([resumed]);
      await workspace.write({ "main.tf": stack + addon("monitoring-agents") + addon("cert-manager") });
      await applyClean(workspace);
      expect(await shown()).toMatchObject({ ready: true, status: "ready" });
      expectSuccess(await workspace.destroy());
    });
  }

  test("an existing node group is adopted with a warning, or refused with an import hint", async () => {
    const group = (most: number) =>
      `resource "hikube_nodegroup" "g" {\n  cluster_id = hikube_cluster.c.id\n  name = "g"\n  max_replicas = ${most}\n}\n`;
    const workspace = await bed.workspace(cluster("here") + group(1));
    await applyClean(workspace);
    expectSuccess(await workspace.run("state", "rm", "hikube_nodegroup.g"));
    await workspace.write({ "main.tf": cluster("here") + group(2) });
    expectError(
      await workspace.plan(),
      /^Node group g already exists in cluster here\n.*`terraform import <address> tenant-demo\/here\/g`/s,
      /name/,
    );
    await workspace.write({ "main.tf": cluster("here") + group(1) });
    expectWarning(await workspace.plan(), /will be adopted/);
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("an add-on that is configured otherwise already is not overwritten, unless asked for", async () => {
    const addon = (values: string, resolve: string) =>
      `resource "hikube_addon" "a" {\n  cluster_id = hikube_cluster.c.id\n  name = "velero"\n  values = { velero = ${values} }\n  resolve_conflicts_on_create = "${resolve}"\n  on_destroy = "preserve"\n}\n`;
    const workspace = await bed.workspace(cluster("conf") + addon("{ a = 1, b = 2 }", "NONE"));
    await applyClean(workspace);
    expectSuccess(await workspace.run("state", "rm", "hikube_addon.a"));
    await workspace.write({ "main.tf": cluster("conf") + addon("{ a = 3 }", "NONE") });
    expectError(
      await workspace.apply(),
      /^Add-on velero is already enabled on cluster conf\n.*`terraform import <address> tenant-demo\/conf\/velero`/s,
    );
    await workspace.write({ "main.tf": cluster("conf") + addon("{ a = 3 }", "ADOPT") });
    await applyClean(workspace);
    const values = () =>
      (bed.sandbox.stored("Kubernetes", "conf")?.values as { addons: Record<string, unknown> } | undefined)?.addons[
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
