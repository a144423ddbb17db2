import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstWithActions } from "../../../scripts/test-cli.ts";
import { untilWaitedFor } from "../../support/provider/provider-on-sandbox.ts";
import { findTerraform } from "../../support/terraform/cli.ts";
import { expectEmptyPlan, expectSuccess, stateOf } from "../../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../../support/terraform/test-bed.ts";

describe("the newest Terraform", () => {
  let bed: TestBed;

  beforeAll(async () => {
    findTerraform(firstWithActions);
    bed = await startTestBed({ profile: "1.1.2", speed: 20 });
  });

  afterAll(() => bed?.close());

  // The command runs Terraform as a library of another program: its own signal handlers must be in effect.
  test("stops an apply at Ctrl-C and keeps the cluster in the state", async () => {
    const workspace = await bed.workspace('resource "hikube_cluster" "c" {\n  name = "c"\n}\n');
    bed.sandbox.faults.lifecycle("c", { neverFinishes: true });
    const since = bed.sandbox.requests.length;
    const { child, result } = workspace.start("apply", "-json", "-auto-approve");
    await untilWaitedFor(bed.sandbox, "c", since);
    process.kill(-(child.pid ?? 0), "SIGINT");
    const interrupted = await result;
    expect(interrupted.exitCode).toBe(1);
    expect(interrupted.diagnostics.map(({ summary }) => summary)).toContain("The operation was stopped");
    expect(await stateOf(workspace, "hikube_cluster.c")).toMatchObject({ name: "c" });
    bed.sandbox.faults.lifecycle("c", {});
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });
});
