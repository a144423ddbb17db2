import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  applyClean,
  expectError,
  expectNoChanges,
  expectSuccess,
  expectWarning,
  stateOf,
} from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const group = `
resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.a.id
  name         = "web"
  min_replicas = 1
  max_replicas = 2
}
`;
const cluster = (more: string) => `resource "hikube_cluster" "a" {\n  name = "a"\n${more}\n}\n`;
const talos = (version: string) => `  talos = { version = "${version}" }`;
const volumes = `
  control_plane = {
    api_server = {
      extra_args          = ["--audit-policy-file=/etc/audit/policy.yaml"]
      extra_volumes       = [{ name = "audit", config_map = { name = "audit-policy" } }]
      extra_volume_mounts = [{ name = "audit", mount_path = "/etc/audit", read_only = true }]
    }
  }
`;

describe("on platform 1.6.2", () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 20 });
  });
  afterAll(() => bed?.close());

  const stored = () => bed.sandbox.stored("Kubernetes", "a")?.values ?? {};

  test("Talos and volumes are applied, imported, changed with a warning, and given back", async () => {
    const workspace = await bed.workspace(cluster(talos("v1.13.6") + volumes) + group);
    await applyClean(workspace);
    expect(stored()["talos"]).toEqual({ version: "v1.13.6" });
    expect(await stateOf(workspace, "hikube_cluster.a")).toMatchObject({
      talos: { version: "v1.13.6", image_factory_url: "https://factory.talos.dev" },
    });
    expectSuccess(await workspace.run("state", "rm", "hikube_cluster.a"));
    expectSuccess(await workspace.run("import", "hikube_cluster.a", `${bed.namespace}/a`));
    await expectNoChanges(workspace);

    await workspace.write({ "main.tf": cluster(talos("v1.13.7") + volumes) + group });
    expectWarning(await workspace.plan(), /The change of `talos` replaces the nodes of all node groups of .*: web/);
    await applyClean(workspace);
    expect(stored()["talos"]).toEqual({ version: "v1.13.7" });

    await workspace.write({ "main.tf": cluster("") + group });
    await applyClean(workspace);
    expect(await stateOf(workspace, "hikube_cluster.a")).toMatchObject({
      talos: { version: "v1.13.6" },
      control_plane: { api_server: { extra_volumes: [], extra_volume_mounts: [], extra_args: [] } },
    });
    expectSuccess(await workspace.destroy());
  });

  test("a volume that is not declared and a name of the platform are refused in the plan", async () => {
    const wrong = volumes.replace('name = "audit", mount', 'name = "audti", mount');
    const workspace = await bed.workspace(cluster(wrong));
    expectError(await workspace.plan(), /no volume "audti".*Did you mean `audit`/s, /extra_volume_mounts/);
    await workspace.write({ "main.tf": cluster(volumes.replaceAll('"audit"', '"talos-ca"')) });
    expectError(await workspace.plan(), /uses "talos-ca" for a volume of its own/, /extra_volumes/);
  });
});

describe("on platform 1.1.2", () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 20 });
  });
  afterAll(() => bed?.close());

  test("Talos and volumes are refused in the plan, and nothing of them is shown without", async () => {
    const workspace = await bed.workspace(cluster(talos("v1.13.6")));
    expectError(await workspace.plan(), /`talos` needs platform 1\.6 or newer; this one runs 1\.1\.2/, /talos/);
    await workspace.write({ "main.tf": cluster(volumes) });
    expectError(await workspace.plan(), /extra_volumes` needs platform 1\.6 or newer/, /extra_volumes/);
    await workspace.write({ "main.tf": cluster("") });
    await applyClean(workspace);
    expect((await stateOf(workspace, "hikube_cluster.a"))["talos"]).toBeNull();
    expectSuccess(await workspace.destroy());
  });
});
