import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CliResult } from "../support/terraform/cli.ts";
import { applyClean, expectNoChanges, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

interface Settings {
  readonly version?: string;
  readonly type?: string;
  readonly most?: number;
  readonly disk?: string;
}

const hcl = ({ version = "1.33", type = "u1.large", most = 3, disk = "20Gi" }: Settings = {}) => `
resource "hikube_cluster" "a" {
  name    = "a"
  version = "${version}"
}
resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.a.id
  name          = "web"
  instance_type = "${type}"
  min_replicas  = 1
  max_replicas  = ${most}
  disk_size     = "${disk}"
}
resource "hikube_nodegroup" "other" {
  cluster_id   = hikube_cluster.a.id
  name         = "other"
  min_replicas = 0
}
`;

const warningsOf = (result: CliResult) =>
  result.diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ summary, detail }) => `${summary}\n${detail}`);

describe.each(["1.1.2", "1.6.2"] as const)("plans tell what is expensive on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });

  afterAll(() => bed?.close());

  test("which nodes a change replaces, once for each resource, and what exceeds the quota", async () => {
    const workspace = await bed.workspace(hcl());
    await applyClean(workspace);
    const plan = async (settings: Settings) => {
      await workspace.write({ "main.tf": hcl(settings) });
      return warningsOf(await workspace.plan());
    };

    expect(await plan({ most: 5 })).toEqual([]);
    expect(await plan({ disk: "20480Mi" })).toEqual([]);

    const replaced = await plan({ type: "u1.xlarge", disk: "30Gi" });
    expect(replaced).toEqual([expect.stringContaining("Nodes of group web are replaced")]);
    expect(replaced[0]).toContain("The change of `instance_type`, `disk_size` replaces");

    const upgraded = await plan({ version: "1.34" });
    expect(upgraded).toEqual([expect.stringContaining("All nodes of tenant-demo/a are replaced")]);
    expect(upgraded[0]).toMatch(
      /from 1\.33 to 1\.34 replaces the nodes of all node groups of tenant-demo\/a: other, web\./,
    );

    const exceeding = await plan({ type: "u1.8xlarge", most: 50 });
    expect(exceeding).toContainEqual(expect.stringContaining("Maximum sizes exceed the quota"));
    // The other group, which does not change, counts: 10 nodes of one CPU.
    expect(exceeding.join("\n")).toMatch(
      /CPU: max 1,610 \(a\/web: 50 × u1\.8xlarge = 1,600; a\/other: 10 × u1\.medium = 10\); quota 1,000, used \d+\./,
    );

    await workspace.write({ "main.tf": hcl() });
    const before = bed.sandbox.requests.length;
    await expectNoChanges(workspace);
    const asked = bed.sandbox.requests.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => /resourcequotas|instancetypes|storageclasses|\/options\//.test(path))).toEqual([]);
    expectSuccess(await workspace.destroy());
  });
});
