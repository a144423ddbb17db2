import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

describe.each(["1.1.2", "1.6.2"] as const)("platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 40 });
  });

  afterAll(() => bed?.close());

  test("hikube_platform > tells the version, what is on offer and what it can do", async () => {
    const workspace = await bed.workspace(`
data "hikube_platform" "here" {}
output "platform" { value = data.hikube_platform.here }
`);
    expectSuccess(await workspace.run("apply", "-auto-approve", "-no-color"));
    const { stdout } = expectSuccess(await workspace.run("output", "-json", "platform"));
    const isOld = profile === "1.1.2";
    expect(JSON.parse(stdout)).toMatchObject({
      version: profile,
      source: "live",
      kubernetes_versions: expect.arrayContaining(["1.33"]),
      addons: expect.arrayContaining(["cert-manager", "ingress-nginx"]),
      capabilities: {
        node_groups_in_cluster: true,
        default_node_group: isOld,
        oidc: !isOld,
        node_health_check: !isOld,
        kubelet: !isOld,
        node_storage_class: !isOld,
      },
    });
  });

  test("parse_id > splits the ids of a cluster and of what is in it", async () => {
    const workspace = await bed.workspace(`
output "cluster" { value = provider::hikube::parse_id("tenant-demo/prod") }
output "group" { value = provider::hikube::parse_id("tenant-demo/prod/web") }
`);
    expectSuccess(await workspace.run("apply", "-auto-approve", "-no-color"));
    const { stdout } = expectSuccess(await workspace.run("output", "-json"));
    const read = JSON.parse(stdout) as Record<string, { value: unknown }>;
    expect(read["cluster"]?.value).toEqual({ namespace: "tenant-demo", cluster: "prod", name: null });
    expect(read["group"]?.value).toEqual({ namespace: "tenant-demo", cluster: "prod", name: "web" });
  });

  test.each([
    ["prod", /is not `namespace\/cluster`/],
    ["tenant-demo/Prod", /the cluster in "tenant-demo\/Prod" must begin with a lower case letter/],
  ])("parse_id > refuses %s at the argument", async (id, complaint) => {
    const workspace = await bed.workspace(`output "id" { value = provider::hikube::parse_id("${id}") }\n`);
    const { exitCode, stderr } = await workspace.run("plan", "-no-color");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Invalid value for "id" parameter/);
    expect(stderr.replace(/\s*\n[│\s]*/g, " ")).toMatch(complaint);
  });
});
