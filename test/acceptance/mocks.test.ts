import { afterAll, beforeAll, expect, test } from "vitest";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

let bed: TestBed;

beforeAll(async () => {
  bed = await startTestBed({ profile: "1.1.2" });
});

afterAll(() => bed?.close());

const types = ["cluster", "nodegroups", "nodes", "addons", "kubeconfig"];

test("data sources of a mocked provider take the ids that mocks generate", async () => {
  const source = (type: string) => {
    const argument = type === "cluster" ? "id" : "cluster_id";
    return `data "hikube_${type}" "c" { ${argument} = hikube_cluster.c.id }\n`;
  };
  const workspace = await bed.workspace(`resource "hikube_cluster" "c" { name = "c" }\n${types.map(source).join("")}`, {
    "provider.tf": "",
    "all.tftest.hcl": `
mock_provider "hikube" {}
run "mocked" {
  assert {
    condition     = data.hikube_nodegroups.c.names != null
    error_message = "no names"
  }
}
`,
  });
  const { stdout } = expectSuccess(await workspace.run("test", "-no-color"));
  expect(stdout).toContain("1 passed, 0 failed");
  expect(bed.sandbox.requests).toEqual([]);
});
