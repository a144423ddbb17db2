import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectEmptyPlan, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

/** Without a provider block: functions need no configuration. */
const unconfigured = { "provider.tf": "" };

describe("functions without a provider configuration", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  test("are evaluated by an apply and in the console, and ask the platform nothing", async () => {
    const calls: readonly [string, unknown][] = [
      ['parse_id("tenant-demo/prod/web")', { namespace: "tenant-demo", cluster: "prod", name: "web" }],
      ['cluster_id("tenant-demo", "prod")', "tenant-demo/prod"],
      ["merge_values({ a = { b = 1 } }, { a = { c = [2] } })", { a: { b: 1, c: [2] } }],
      ["merge_values()", {}],
      [`parse_kubeconfig(provider::hikube::kubeconfig({ host = "https://a.example.org", token = "t" })).token`, "t"],
      ['quantity_to_bytes("1.5Gi")', 1610612736],
      ['quantity_equal(4, "4000m")', true],
      ['upgrade_path("1.31", "1.33")', ["1.32", "1.33"]],
      ['upgrade_path("1.31", "1.32", ["v1.32"])', ["1.32"]],
    ];
    const list = `jsonencode([${calls.map(([expression]) => `provider::hikube::${expression}`).join(", ")}])`;
    const workspace = await bed.workspace(`output "results" { value = ${list} }\n`, unconfigured);
    expectSuccess(await workspace.apply());
    const { stdout: applied } = expectSuccess(await workspace.run("output", "-raw", "results"));
    const results = calls.map(([, result]) => result);
    expect(JSON.parse(applied)).toEqual(results);
    // OpenTofu's console does not evaluate the functions of providers.
    if (!bed.opentofu) {
      const { stdout } = expectSuccess(await workspace.console(list));
      expect(JSON.parse(JSON.parse(stdout))).toEqual(results);
    }
    expect(bed.sandbox.requests).toEqual([]);
  });

  test("have the same results in plan and apply, with arguments that are unknown at first", async () => {
    const workspace = await bed.workspace(
      `
resource "terraform_data" "settings" { input = { namespace = "tenant-demo", values = { replicas = 3 }, size = "20Gi" } }
locals { settings = terraform_data.settings.output }
output "id" { value = provider::hikube::cluster_id(local.settings.namespace, "prod") }
output "values" { value = provider::hikube::merge_values({ chart = { replicas = 1 } }, { chart = local.settings.values }) }
output "bytes" { value = provider::hikube::quantity_to_bytes(local.settings.size) }
`,
      unconfigured,
    );
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    const { stdout } = expectSuccess(await workspace.run("output", "-json"));
    const read = JSON.parse(stdout) as Record<string, { value: unknown }>;
    expect(Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value]))).toEqual({
      id: "tenant-demo/prod",
      values: { chart: { replicas: 3 } },
      bytes: 20 * 2 ** 30,
    });
  });

  test.each([
    ['parse_id("prod")', "id", /is not `namespace\/cluster`/],
    ['parse_id("tenant-demo/Prod")', "id", /the cluster in "tenant-demo\/Prod" must begin with a lower case letter/],
    ['cluster_id("tenant-demo", "Prod")', "name", /must begin with a lower case letter/],
    ['parse_kubeconfig("hello")', "kubeconfig", /The text is not a kubeconfig/],
    ['kubeconfig({ host = "https://a.example.org" })', "kubeconfig", /has no credential/],
    ["merge_values({}, [1])", "values", /must be an object or a map; got a tuple/],
    ["merge_values({}, null)", "values", /argument must not be null/],
    ['quantity_to_bytes("16GB")', "quantity", /must be a quantity such as "16Gi"/],
    ['quantity_equal("1", "x")', "b", /must be a quantity/],
    ['upgrade_path("1.33", "1.31")', "to", /Kubernetes cannot be downgraded/],
    ['upgrade_path("1.31", "1.33", ["1.33"])', "available", /1\.32 is not available/],
  ])("%s is refused at its argument", async (expression, parameter, complaint) => {
    const workspace = await bed.workspace(`output "x" { value = provider::hikube::${expression} }\n`, unconfigured);
    const { exitCode, stderr } = await workspace.run("plan", "-no-color");
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`Invalid value for "${parameter}" parameter`);
    expect(stderr.replace(/\s*\n[│\s]*/g, " ")).toMatch(complaint);
  });
});
