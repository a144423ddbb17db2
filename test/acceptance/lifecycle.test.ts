import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storedGroup } from "../support/stored-group.ts";
import { applyClean, expectError, expectNoChanges, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const profiles = ["1.1.2", "1.6.2", "next"] as const;

const stack = (version: string, most: number) => `
resource "hikube_cluster" "a" {
  name    = "a"
  version = "${version}"
}

resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.a.id
  name          = "web"
  instance_type = "s1.large"
  min_replicas  = 2
  max_replicas  = ${most}
  disk_size     = "2048Mi"
  roles         = ["ingress-nginx"]
}

resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.a.id
  name       = "certManager"
  values = {
    cert-manager = { replicaCount = 2, ratio = 0.5, list = [1, "two", true] }
  }
}
`;

describe.each(profiles)("on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });

  afterAll(() => bed?.close());

  test("a cluster with a group and an add-on is created, changed, imported and destroyed", async () => {
    const workspace = await bed.workspace(stack("1.33", 6));
    await applyClean(workspace);

    const cluster = await stateOf(workspace, "hikube_cluster.a");
    expect(cluster).toMatchObject({ id: `${bed.namespace}/a`, version: "1.33", ready: true, status: "ready" });
    expect(String(cluster["kubernetes_version"])).toMatch(/^v1\.33\./);
    expect(cluster["unmanaged_node_groups"]).toEqual([]);
    expect(await stateOf(workspace, "hikube_nodegroup.web")).toMatchObject({
      ready: true,
      disk_size: "2048Mi",
      ready_replicas: 2,
    });
    expect(storedGroup(bed.sandbox, "a", "web")).toMatchObject({ minReplicas: 2, maxReplicas: 6 });

    await workspace.write({ "main.tf": stack("v1.34.2", 8) });
    await applyClean(workspace);
    expect((await stateOf(workspace, "hikube_cluster.a"))["kubernetes_version"]).toMatch(/^v1\.34\./);

    for (const [address, id] of [
      ["hikube_cluster.a", `${bed.namespace}/a`],
      ["hikube_nodegroup.web", "a/web"],
      ["hikube_addon.cert_manager", `${bed.namespace}/a/certManager`],
    ] as const) {
      expectSuccess(await workspace.run("state", "rm", address));
      expectSuccess(await workspace.run("import", address, id));
    }
    await expectNoChanges(workspace);

    expectSuccess(await workspace.destroy());
    expect(bed.sandbox.stored("Kubernetes", "a")).toBeUndefined();
    expect(storedGroup(bed.sandbox, "a", "web")).toBeUndefined();
  });

  test("a skipped minor and a downgrade are refused while planning, at the version", async () => {
    const workspace = await bed.workspace('resource "hikube_cluster" "v" {\n  name = "v"\n  version = "1.33"\n}\n');
    await applyClean(workspace);
    const writes = bed.sandbox.writes;
    await workspace.write({ "main.tf": 'resource "hikube_cluster" "v" {\n  name = "v"\n  version = "1.35"\n}\n' });
    expectError(await workspace.plan(), /1\.34/, /version/);
    await workspace.write({ "main.tf": 'resource "hikube_cluster" "v" {\n  name = "v"\n  version = "1.32"\n}\n' });
    expectError(await workspace.plan(), /downgrade/i, /version/);
    expect(bed.sandbox.writes).toBe(writes);
    await workspace.write({ "main.tf": 'resource "hikube_cluster" "v" {\n  name = "v"\n  version = "1.33"\n}\n' });
    expectSuccess(await workspace.destroy());
  });
});
