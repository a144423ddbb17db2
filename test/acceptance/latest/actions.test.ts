import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { firstWithActions } from "../../../scripts/test-cli.ts";
import { findTerraform, type Workspace } from "../../support/terraform/cli.ts";
import { expectEmptyPlan, expectError, expectSuccess, stateOf } from "../../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../../support/terraform/test-bed.ts";

const cluster = (more = "") => `
resource "hikube_cluster" "c" {
  name     = "c"
  wait_for = "accepted"
${more}}
`;
const action = (type: string, body = "    cluster_id = hikube_cluster.c.id\n") =>
  `action "${type}" "x" {\n  config {\n${body}  }\n}\n`;

describe.each(["1.1.2", "1.6.2", "next"] as const)("actions on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    findTerraform(firstWithActions);
    bed = await startTestBed({ profile, speed: 40 });
  });
  afterEach(() => {
    bed.sandbox.faults.clear();
    bed.sandbox.faults.lifecycle("c", {});
  });
  afterAll(() => bed?.close());

  /** An apply with an action that has reported a progress: it waits for the platform. */
  async function started(workspace: Workspace, ...args: string[]) {
    const running = workspace.start("apply", "-json", "-auto-approve", ...args);
    await new Promise<void>((resolve) => {
      running.child.stdout?.on("data", (text: Buffer) => {
        if (text.toString().includes("action_progress")) resolve();
      });
    });
    return running;
  }

  const release = async (workspace: Workspace) => {
    const { stdout } = expectSuccess(
      await workspace.run("apply", "-no-color", "-auto-approve", "-invoke=action.hikube_wait.x"),
    );
    return Number(/ready; control plane ready; release v(\d+)/.exec(stdout)?.[1]);
  };

  test("hikube_wait and hikube_reconcile run on request, print the progress and change nothing", async () => {
    const hcl = `${cluster()}${action("hikube_wait")}${action("hikube_reconcile")}`;
    const workspace = await bed.workspace(hcl);
    expectSuccess(await workspace.apply());
    const first = await release(workspace);
    expect(first).toBeGreaterThan(0);
    const writes = bed.sandbox.writes;
    const { stdout } = expectSuccess(
      await workspace.run("apply", "-no-color", "-auto-approve", "-invoke=action.hikube_reconcile.x"),
    );
    const made = Number(/tenant-demo\/c reconciled; release v(\d+)/.exec(stdout)?.[1]);
    expect(made).toBeGreaterThan(first);
    expect(bed.sandbox.writes).toBe(writes + 1);
    expect(await release(workspace)).toBe(made);
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  const triggerOf = (type: string) => `
  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.${type}.x]
    }
  }
`;

  test("hikube_wait waits after the creation and the update that trigger it", async () => {
    const trigger = triggerOf("hikube_wait");
    const workspace = await bed.workspace(`${cluster(trigger)}${action("hikube_wait")}`);
    const releaseOf = (stdout: string) => Number(/.*c ready; control plane ready; release v(\d+)/.exec(stdout)?.[1]);
    const created = expectSuccess(await workspace.run("apply", "-no-color", "-auto-approve"));
    await workspace.write({ "main.tf": `${cluster(`  host = "c.example.org"\n${trigger}`)}${action("hikube_wait")}` });
    const updated = expectSuccess(await workspace.run("apply", "-no-color", "-auto-approve"));
    expect(releaseOf(created.stdout)).toBeGreaterThan(0);
    expect(releaseOf(updated.stdout)).toBeGreaterThan(releaseOf(created.stdout));
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test.each(["hikube_wait", "hikube_reconcile"])("%s > each fault has its own text at its argument", async (type) => {
    const workspace = await bed.workspace(cluster());
    expectSuccess(await workspace.apply());
    // Terraform shows what an invocation reports without its attribute.
    const invoke = async (body: string) => {
      await workspace.write({ "main.tf": `${cluster()}${action(type, body)}` });
      return workspace.apply(`-invoke=action.${type}.x`);
    };
    const known = `    cluster_id = "${bed.namespace}/c"\n`;
    expectError(await invoke('    cluster_id = "c"\n'), /`cluster_id` must be `namespace\/cluster`/, /cluster_id/);
    expectError(await invoke(`${known}    timeout = "soon"\n`), /`timeout` must be a duration/, /timeout/);
    expectError(
      await invoke(`    cluster_id = "${bed.namespace}/absent"\n`),
      /The cluster does not exist: There is no cluster tenant-demo\/absent on https/,
    );
    bed.sandbox.faults.lifecycle("c", { neverFinishes: true });
    const current = type === "hikube_wait" ? cluster('  host = "d.example.org"\n') : cluster();
    await workspace.write({ "main.tf": current });
    expectSuccess(await workspace.apply());
    await workspace.write({ "main.tf": `${current}${action(type, `${known}    timeout = "10m"\n`)}` });
    const late = await started(workspace, `-invoke=action.${type}.x`);
    bed.clock.jump(600_000);
    expectError(await late.result, /After 10m cluster c is not re/);
    const status = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      code: 403,
      reason: "Forbidden",
      message: "no",
    };
    bed.sandbox.faults.add({
      match: { path: /kuberneteses\/c$/, times: Number.POSITIVE_INFINITY },
      action: { kind: "answer", status: 403, body: status },
    });
    expectError(await invoke(known), /Access denied/);
    bed.sandbox.faults.clear();
    bed.sandbox.faults.lifecycle("c", {});
    await workspace.write({ "main.tf": cluster() });
    expectSuccess(await workspace.destroy());
  });

  test.each(["hikube_wait", "hikube_reconcile"])("%s > ends at Ctrl-C", async (type) => {
    const workspace = await bed.workspace(`${cluster()}${action(type)}`);
    bed.sandbox.faults.lifecycle("c", { neverFinishes: true });
    expectSuccess(await workspace.apply());
    const { child, result } = await started(workspace, `-invoke=action.${type}.x`);
    process.kill(-(child.pid ?? 0), "SIGINT");
    expectError(await result, /The operation was stopped/);
    bed.sandbox.faults.lifecycle("c", {});
    expectSuccess(await workspace.destroy());
  });

  test.each(["hikube_wait", "hikube_reconcile"])("%s > ends at Ctrl-C where a change triggers it", async (type) => {
    const main = (more = "") => `${cluster(`${more}${triggerOf(type)}`)}${action(type)}`;
    const workspace = await bed.workspace(main());
    bed.sandbox.faults.lifecycle("c", { neverFinishes: true });
    for (const hcl of [main(), main('  host = "c.example.org"\n')]) {
      await workspace.write({ "main.tf": hcl });
      const { child, result } = await started(workspace);
      process.kill(-(child.pid ?? 0), "SIGINT");
      expectError(await result, /The operation was stopped/);
    }
    // The change that triggered it is made, and nothing is tainted.
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ host: "c.example.org" });
    await expectEmptyPlan(workspace);
    bed.sandbox.faults.lifecycle("c", {});
    expectSuccess(await workspace.destroy());
  });
});

const examples = fileURLToPath(new URL("../../../examples/actions", import.meta.url));

describe("the examples of actions", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40, namespace: "tenant-acme" });
  });
  afterAll(() => bed?.close());

  test.each(readdirSync(examples))("%s applies and runs on request", async (type) => {
    const workspace = await bed.workspace(await readFile(join(examples, type, "action.tf"), "utf8"));
    expectSuccess(await workspace.apply());
    expectSuccess(await workspace.apply(`-invoke=action.${type}.prod`));
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });
});
