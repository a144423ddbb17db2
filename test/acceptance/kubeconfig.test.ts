import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openClient } from "../support/kube-client.ts";
import { applyClean, expectEmptyPlan, expectError, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const cluster = (more = "") => `
resource "hikube_cluster" "c" {
  name = "c"
${more}}
`;

/** The kubeconfig of a cluster, written by the two means to read it. */
const kinds = {
  ephemeral: (body: string) => `ephemeral "hikube_kubeconfig" "c" {\n${body}}\n`,
  data: (body: string) => `data "hikube_kubeconfig" "c" {\n${body}}\n`,
} as const;

describe.each(["1.1.2", "1.6.2"] as const)("hikube_kubeconfig on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 40 });
  });
  afterEach(() => bed.sandbox.faults.clear());
  afterAll(() => bed?.close());

  const opened = () =>
    bed.sandbox.requests.filter(({ path, status }) => path.includes("admin-kubeconfig") && status === 200).length;

  test("the data source returns a login that works, once the cluster of the same apply is ready", async () => {
    const workspace = await bed.workspace(
      `${cluster()}${kinds.data("  cluster_id = hikube_cluster.c.id\n")}
output "login" {
  value     = data.hikube_kubeconfig.c
  sensitive = true
}
`,
    );
    await applyClean(workspace);
    const { stdout } = expectSuccess(await workspace.run("output", "-json", "login"));
    const login = JSON.parse(stdout) as Record<string, string>;
    expect(login["token"]).toBeNull();
    for (const settings of [
      { kubeconfig: login["raw"] ?? "" },
      {
        host: login["host"] ?? "",
        clusterCaCertificate: login["cluster_ca_certificate"] ?? "",
        clientCertificate: login["client_certificate"] ?? "",
        clientKey: login["client_key"] ?? "",
      },
    ]) {
      const client = await openClient(settings);
      expect(await client.request({ method: "GET", path: "/version" })).toHaveProperty("gitVersion");
      await client.close();
    }
    expectSuccess(await workspace.destroy());
  });

  test("the ephemeral resource opens in the apply that creates the cluster, and in later plans", async () => {
    const ephemeral = kinds.ephemeral("  cluster_id = hikube_cluster.c.id\n");
    const workspace = await bed.workspace(`${cluster()}${ephemeral}`);
    const first = await workspace.plan();
    expect(first.exitCode, JSON.stringify(first.diagnostics)).toBe(2);
    expectSuccess(await workspace.apply());
    const before = opened();
    await expectEmptyPlan(workspace);
    expect(opened()).toBeGreaterThan(before);
    // The kubeconfig stays readable after the name of the API has changed.
    await workspace.write({ "main.tf": `${cluster('  host = "c.example.org"\n')}${ephemeral}` });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("the ephemeral resource waits for a cluster whose creation is only accepted", async () => {
    // Something must use it: OpenTofu opens no other.
    const user = `
resource "hikube_addon" "velero" {
  cluster_id        = hikube_cluster.c.id
  name              = "velero"
  values_wo         = { velero = { api = ephemeral.hikube_kubeconfig.c.host } }
  values_wo_version = 1
}
`;
    const ephemeral = kinds.ephemeral("  cluster_id = hikube_cluster.c.id\n");
    const workspace = await bed.workspace(`${cluster('  wait_for = "accepted"\n')}${ephemeral}${user}`);
    expectSuccess(await workspace.apply());
    expect(JSON.stringify(bed.sandbox.stored("Kubernetes", "c")?.values)).toMatch(/"api":"https:\/\/127/);
    expectSuccess(await workspace.destroy());
  });

  test.each(["ephemeral", "data"] as const)("%s > each fault has its own text", async (kind) => {
    const workspace = await bed.workspace(cluster());
    expectSuccess(await workspace.apply());
    const plan = async (body: string) => {
      await workspace.write({ "main.tf": `${cluster()}${kinds[kind](body)}` });
      return workspace.plan();
    };
    const known = `  cluster_id = "${bed.namespace}/c"\n`;
    expectError(await plan('  cluster_id = "c"\n'), /`cluster_id` must be `namespace\/cluster`/, /cluster_id/);
    expectError(await plan(`${known}  timeout = "soon"\n`), /`timeout` must be a duration/, /timeout/);
    expectError(await plan(`${known}  wait_for = "accepted"\n`), /must be one of "ready", "exists"/, /wait_for/);
    expectError(
      await plan(`  cluster_id = "${bed.namespace}/absent"\n`),
      /The cluster does not exist\nThere is no cluster tenant-demo\/absent on https/,
      /cluster_id/,
    );
    const refuse = (status: number, reason: string) =>
      bed.sandbox.faults.add({
        match: { path: /admin-kubeconfig/, times: Number.POSITIVE_INFINITY },
        action: {
          kind: "answer",
          status,
          body: { kind: "Status", status: "Failure", code: status, reason, message: "no" },
        },
      });
    const permit = refuse(403, "Forbidden");
    const asked = bed.sandbox.requests.length;
    const denied = plan(known);
    const refusals = () => bed.sandbox.requests.slice(asked).filter(({ status }) => status === 403).length;
    while (refusals() < 4) await new Promise((turn) => setTimeout(turn, 5));
    bed.clock.jump(60_000);
    expectError(await denied, /No right to read the kubeconfig of cluster c/, /cluster_id/);
    permit();
    refuse(404, "NotFound");
    expectError(
      await plan(`${known}  timeout = "1s"\n`),
      /No login to cluster c yet\nAfter 1s the kubeconfig does not exist/,
      /cluster_id/,
    );
    bed.sandbox.faults.clear();
    await workspace.write({ "main.tf": cluster() });
    expectSuccess(await workspace.destroy());
  });
});
