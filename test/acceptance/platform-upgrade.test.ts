import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadProfile, type PlatformVersion } from "../../src/sandbox/platform/profile.ts";
import { expectInside, nodesInside } from "../support/inside-cluster.ts";
import { storedGroup } from "../support/stored-group.ts";
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

// Stacks that are made on one platform version and live through its upgrade to another.

let bed: TestBed;

const start = async (profile: PlatformVersion) => {
  bed = await startTestBed({ profile, speed: 20 });
};

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
async function upgrade(outcome: "True" | "False", to: PlatformVersion = "1.6.2"): Promise<void> {
  await bed.sandbox.migrate(to);
  await untilReady(outcome, to);
}

async function untilReady(outcome: "True" | "False", version: PlatformVersion = "1.6.2"): Promise<void> {
  const { condition } = foreignWriter(bed.sandbox);
  const { chart = "" } = loadProfile(version).kinds.get("Kubernetes") ?? {};
  for (;;) {
    const { status, message } = await condition("up");
    if (status === outcome && message.includes(chart)) return;
    await bed.clock.sleep(100);
  }
}

/** Own groups are mended after their cluster, whose new chart brings a new patch version then. */
async function applyMending(workspace: Workspace): Promise<void> {
  expectSuccess(await workspace.apply());
  const version = String(bed.sandbox.stored("Kubernetes", "up")?.values["version"]);
  const gitVersion = loadProfile("1.6.2").kubernetesVersions[version];
  await expectInside(bed.sandbox, "up", "/version", { gitVersion });
  await expectEmptyPlan(workspace);
}

describe("an upgrade of the platform from 1.1.2 to 1.6.2", () => {
  beforeEach(() => start("1.1.2"));

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

describe("an upgrade of the platform to the next one", () => {
  const machines = () => foreignWriter(bed.sandbox).running();
  const all = ["kubernetes-up", "kubernetes-up-sized", "kubernetes-up-web"];

  test.each(["1.1.2", "1.6.2"] as const)(
    "from %s plans empty, loses no group, and every change works",
    async (from) => {
      await start(from);
      const workspace = await bed.workspace(stack("1.34"));
      await applyClean(workspace);
      if (from === "1.1.2") {
        await upgrade("True");
        await applyClean(workspace);
      }
      // The upgrade from 1.1 replaces the nodes one after another.
      const nodes = () => (from === "1.6.2" ? nodesInside(bed.sandbox, "up") : []);
      const before = await nodes();
      await upgrade("True", "next");
      await expectEmptyPlan(workspace);
      expect(await stateOf(workspace, "hikube_nodegroup.web")).toMatchObject({ disk_size: "50Gi" });
      expect(await machines()).toEqual(all);
      expect(await nodes()).toEqual(before);

      const more = stack("1.35").replace("min_replicas  = 1", "min_replicas  = 2");
      await workspace.write({ "main.tf": more });
      expect(changed(await workspace.plan())).toEqual(["hikube_cluster.a update", "hikube_nodegroup.web update"]);
      await applyClean(workspace);
      expect(storedGroup(bed.sandbox, "up", "web")).toMatchObject({
        minReplicas: 2,
        version: "v1.35",
        diskSize: "50Gi",
      });
      expect(await stateOf(workspace, "hikube_nodegroup.web")).toMatchObject({
        backend: "KubernetesNodes",
        ready: true,
      });
      await workspace.write({ "main.tf": more.replace(/resource "hikube_nodegroup" "sized" {\n([^}]*}){2}/, "") });
      await applyClean(workspace);
      expect(await machines()).toEqual(["kubernetes-up", "kubernetes-up-web"]);
      expectSuccess(await workspace.destroy());
      expect(await machines()).toEqual([]);
    },
  );

  test("from 1.1.2 shows the returned md0 in the plan, and the apply removes it", async () => {
    await start("1.1.2");
    const workspace = await bed.workspace(stack("1.34"));
    await applyClean(workspace);
    await upgrade("True", "next");
    expect(await machines()).toContain("kubernetes-up-md0");
    expect(changed(await workspace.plan())).toEqual(["hikube_cluster.a update"]);
    await applyClean(workspace);
    expect(await machines()).toEqual(all);
    expectSuccess(await workspace.destroy());
    expect(await machines()).toEqual([]);
  });

  test.each(["1.1.2", "1.6.2"] as const)("from %s keeps a requested md0, and gives it back", async (from) => {
    await start(from);
    const workspace = await bed.workspace(stack("1.34", "default_node_group = true"));
    await applyClean(workspace);
    await upgrade("True", "next");
    await expectEmptyPlan(workspace);
    expect(storedGroup(bed.sandbox, "up", "md0")).toMatchObject({ roles: ["ingress-nginx"] });
    await workspace.write({ "main.tf": stack("1.34") });
    await applyClean(workspace);
    expect(await machines()).toEqual(all);
    expectSuccess(await workspace.destroy());
  });

  test("keeps a resource md0, whatever default_node_group was before", async () => {
    await start("1.1.2");
    const md0 = `
resource "hikube_nodegroup" "md0" {
  cluster_id   = hikube_cluster.a.id
  name         = "md0"
  min_replicas = 1
}`;
    const workspace = await bed.workspace(stack("1.34", "", md0));
    await applyClean(workspace);
    await upgrade("True", "next");
    await expectEmptyPlan(workspace);
    await workspace.write({ "main.tf": stack("1.35", "", md0) });
    await applyClean(workspace);
    expect(storedGroup(bed.sandbox, "up", "md0")).toMatchObject({ minReplicas: 1, version: "v1.35" });
    expectSuccess(await workspace.destroy());
    expect(await machines()).toEqual([]);
  });
});

test("a node group of the next platform has the storage class of its cluster", async () => {
  await start("next");
  const main = (cluster: string, more = "") => `
resource "hikube_cluster" "a" {
  name          = "up"
  storage_class = "${cluster}"
}
resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.a.id
  name         = "web"
  min_replicas = 1
  max_replicas = ${more === "" ? 2 : 3}
  ${more}
}`;
  const workspace = await bed.workspace(main("local"));
  await applyClean(workspace);
  expect(storedGroup(bed.sandbox, "up", "web")).toMatchObject({ storageClass: "local", maxReplicas: 2 });
  const other = main("local", 'storage_class = "replicated"');
  await workspace.write({ "main.tf": other });
  expectWarning(await workspace.plan(), /`storage_class` replaces/);
  await applyClean(workspace);
  expect(storedGroup(bed.sandbox, "up", "web")).toMatchObject({ storageClass: "replicated", maxReplicas: 3 });
  await workspace.write({ "main.tf": other.replace("max_replicas = 3", "max_replicas = 4") });
  expect((await workspace.plan()).diagnostics).toEqual([]);
  await workspace.write({ "main.tf": main("local") });
  expectWarning(await workspace.plan(), /`storage_class` replaces/);
  await applyClean(workspace);
  expect(storedGroup(bed.sandbox, "up", "web")).toMatchObject({ storageClass: "local", maxReplicas: 2 });
  expectSuccess(await workspace.destroy());
});
