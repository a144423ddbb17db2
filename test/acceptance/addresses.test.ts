import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyClean, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const stack = (version: string, ingress: string) => `
resource "hikube_cluster" "a" {
  name    = "a"
  version = "${version}"
  host    = "api.example.org"
}

resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.a.id
  name         = "web"
  min_replicas = 1
  max_replicas = 2
  roles        = ["ingress-nginx"]
}

resource "hikube_addon" "ingress" {
  cluster_id = hikube_cluster.a.id
  name       = "ingress-nginx"
  ${ingress}
  depends_on = [hikube_nodegroup.web]
}

# As records of a DNS provider would use them.
resource "terraform_data" "records" {
  input = { api = hikube_cluster.a.api_address, web = one(hikube_addon.ingress.addresses) }
}
`;

describe.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });
  afterAll(() => bed?.close());

  test("addresses and upgrades are known after one apply and move only with what they depend on", async () => {
    const workspace = await bed.workspace(stack("1.33", 'expose_method = "LoadBalancer"'));
    await applyClean(workspace);
    const records = async () => (await stateOf(workspace, "terraform_data.records"))["output"];
    const upgrades = async () => (await stateOf(workspace, "hikube_cluster.a"))["available_upgrades"];
    expect(await records()).toEqual({ api: "203.0.113.10", web: expect.stringMatching(/^198\.51\.100\./) });
    expect(await upgrades()).toEqual(["1.34", "1.35"]);

    await workspace.write({ "main.tf": stack("1.34", 'expose_method = "LoadBalancer"') });
    const upgrade = await workspace.plan();
    expect(upgrade.changes.map(({ address }) => address)).toEqual(["hikube_cluster.a"]);
    await applyClean(workspace);
    expect(await upgrades()).toEqual(["1.35"]);

    await workspace.write({ "main.tf": stack("1.34", 'hosts = ["www.example.org"]') });
    await applyClean(workspace);
    expect(await records()).toEqual({ api: "203.0.113.10", web: "203.0.113.10" });

    await workspace.write({ "main.tf": stack("1.34", 'hosts = ["www.example.org", "shop.example.org"]') });
    const more = await workspace.plan();
    expect(more.changes.map(({ address }) => address)).toEqual(["hikube_addon.ingress"]);
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });
});
