import { afterEach, describe, expect, test } from "vitest";
import { applyClean, expectSuccess, expectWarning } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";
import { foreignWriter } from "./foreign-writer.ts";

/** `terraform destroy` leaves nothing behind, whatever the platform is at. */
let bed: TestBed;
afterEach(() => bed?.close());

const stack = (waitFor: string) => `
resource "hikube_cluster" "c" {
  name     = "busy"
  version  = "1.34"
  wait_for = "${waitFor}"
}

resource "hikube_nodegroup" "g" {
  cluster_id    = hikube_cluster.c.id
  name          = "g"
  min_replicas  = 1
  wait_for      = "${waitFor}"
}
`;

describe.each(["1.1.2", "1.6.2"] as const)("a destroy on platform %s", (profile) => {
  test("seconds after the creation, while the platform installs, leaves nothing behind", async () => {
    bed = await startTestBed({ profile, speed: 20 });
    bed.sandbox.faults.lifecycle("busy", { actionMs: 120_000 });
    const workspace = await bed.workspace(stack("accepted"));
    expectSuccess(await workspace.apply());
    expectSuccess(await workspace.destroy());
    expect(bed.sandbox.stored("Kubernetes", "busy")).toBeUndefined();
    expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
  });
});

test("a destroy blocked by another add-on ends in a warning that names the add-on", async () => {
  bed = await startTestBed({ profile: "1.6.2", speed: 20 });
  const workspace = await bed.workspace(stack("ready"));
  await applyClean(workspace);
  await foreignWriter(bed.sandbox).patch("busy", [{ op: "add", path: "/spec/addons/hami/enabled", value: true }]);
  const destroyed = expectSuccess(await workspace.destroy());
  expectWarning(destroyed, /removed from the cluster's settings.*hami/s);
  expect(bed.sandbox.stored("Kubernetes", "busy")).toBeUndefined();
  expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
});
