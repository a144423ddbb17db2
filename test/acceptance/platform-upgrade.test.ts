import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CliResult, Workspace } from "../support/terraform/cli.ts";
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

// Stacks that are made on platform 1.1.2 and live through its upgrade to 1.6.2.

let bed: TestBed;

beforeEach(async () => {
  bed = await startTestBed({ profile: "1.1.2", speed: 20 });
});

afterEach(() => bed?.close());

const stack = (version: string, cluster = "", more = "") => `
resource "hikube_cluster" "a" {
  name    = "up"
  version = "${version}"
  ${cluster}
}
resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.a.id
  name          = "web"
  instance_type = "u1.large"
  min_replicas  = 1
  disk_size     = "50Gi"
  roles         = ["ingress-nginx"]
}
resource "hikube_nodegroup" "sized" {
  cluster_id = hikube_cluster.a.id
  name       = "sized"
  resources  = { cpu = "2", memory = "4Gi" }
}
resource "hikube_addon" "velero" {
  cluster_id = hikube_cluster.a.id
  name       = "velero"
}
${more}`;

const changed = ({ changes }: CliResult) => changes.map(({ address, action }) => `${address} ${action}`).toSorted();

const groups = () => bed.sandbox.stored("Kubernetes", "up")?.values["nodeGroups"];

/** Upgrades the platform, and waits until the new charts have been tried on the cluster. */
async function upgrade(outcome: "True" | "False"): Promise<void> {
  await bed.sandbox.migrate("1.6.2");
  await untilReady(outcome);
}

async function untilReady(outcome: "True" | "False"): Promise<void> {
  const { condition } = foreignWriter(bed.sandbox);
  for (;;) {
    const { status, message } = await condition("up");
    if (status === outcome && message.includes("1.6.2")) return;
    await bed.clock.sleep(100);
  }
}

/** Own groups are mended after their cluster, which is seen to be ready by the next refresh. */
async function applyMending(workspace: Workspace): Promise<void> {
  expectSuccess(await workspace.apply());
  await expectEmptyPlan(workspace);
}

describe("an upgrade of the platform", () => {
  test("shows the returned md0 in the plan, and the apply removes it", async () => {
    const workspace = await bed.workspace(stack("1.34"));
    await applyClean(workspace);
    await upgrade("True");
    const plan = await workspace.plan();
    expect(changed(plan)).toEqual(["hikube_cluster.a update"]);
    await applyClean(workspace);
    expect(Object.keys(groups() as object)).toEqual(["sized", "web"]);
    expect(groups()).toMatchObject({ web: { diskSize: "50Gi" } });
    expectSuccess(await workspace.destroy());
    expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
  });

  test("says that the platform raised the version, and mends own groups", async () => {
    const workspace = await bed.workspace(stack("1.30"));
    await applyClean(workspace);
    await upgrade("False");
    expectError(await workspace.plan(), /The platform raised the cluster to Kubernetes 1\.31.*version = "1\.31"/s);
    await workspace.write({ "main.tf": stack("1.31") });
    const plan = await workspace.plan();
    expectWarning(plan, /left a key that it refuses.*Node group web/s);
    expect(changed(plan)).toEqual([
      "hikube_cluster.a update",
      "hikube_nodegroup.sized update",
      "hikube_nodegroup.web update",
    ]);
    await applyMending(workspace);
    expect(JSON.stringify(groups())).not.toContain("ephemeralStorage");
    expectSuccess(await workspace.apply("-refresh-only"));
    expect(await stateOf(workspace, "hikube_cluster.a")).toMatchObject({ ready: true, version: "v1.31" });
    expectSuccess(await workspace.destroy());
    expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
  });

  test("keeps a requested md0, and mends it", async () => {
    const workspace = await bed.workspace(stack("1.30", "default_node_group = true"));
    await applyClean(workspace);
    await upgrade("False");
    await workspace.write({ "main.tf": stack("1.31", "default_node_group = true") });
    expectWarning(await workspace.plan(), /left a key that it refuses.*The node group md0/s);
    await applyMending(workspace);
    expect(groups()).toMatchObject({ md0: { diskSize: "20Gi", roles: ["ingress-nginx"] } });
    expect(JSON.stringify(groups())).not.toContain("ephemeralStorage");
    expectSuccess(await workspace.destroy());
  });

  test("names the groups of others as the cause, keeps their keys, and a destroy leaves nothing", async () => {
    const workspace = await bed.workspace(stack("1.30"));
    await applyClean(workspace);
    const theirs = { minReplicas: 1, maxReplicas: 2, instanceType: "u1.medium", resources: {}, custom: 7 };
    const operation = { op: "add", path: "/spec/nodeGroups/theirs", value: { ...theirs, ephemeralStorage: "20Gi" } };
    await foreignWriter(bed.sandbox).patch("up", [operation]);
    await upgrade("False");
    await workspace.write({ "main.tf": stack("1.31") });
    const applied = expectSuccess(await workspace.apply());
    expectWarning(applied, /ode group theirs prevents this change.*spec\.nodeGroups\.theirs\.ephemeralStorage/s);
    expect(groups()).toMatchObject({ theirs: { ...theirs, ephemeralStorage: "20Gi", diskSize: "20Gi" } });
    expect(groups()).not.toMatchObject({ web: { ephemeralStorage: expect.anything() } });
    await foreignWriter(bed.sandbox).patch("up", [{ op: "remove", path: "/spec/nodeGroups/theirs/ephemeralStorage" }]);
    await untilReady("True");
    await applyMending(workspace);
    expectSuccess(await workspace.destroy());
    expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
  });

  test("lets a cluster whose chart fails be destroyed with everything it runs", async () => {
    const workspace = await bed.workspace(stack("1.30"));
    await applyClean(workspace);
    await upgrade("False");
    await workspace.write({ "main.tf": stack("1.31") });
    expectSuccess(await workspace.destroy());
    expect(bed.sandbox.stored("Kubernetes", "up")).toBeUndefined();
    expect(await foreignWriter(bed.sandbox).running()).toEqual([]);
  });
});
