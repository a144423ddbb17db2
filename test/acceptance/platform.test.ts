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
});
