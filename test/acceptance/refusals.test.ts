import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CliResult, Workspace } from "../support/terraform/cli.ts";
import { applyClean, expectError, expectSuccess, expectWarning } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

/** What each refusal promises: an error while planning, at the attribute, and nothing written. */
describe.each(["1.1.2", "1.6.2"] as const)("refused while planning on platform %s", (profile) => {
  let bed: TestBed;
  let workspace: Workspace;
  /** Its cluster is planned only: nothing of it is known but its name. */
  let first: Workspace;

  const base = 'resource "hikube_cluster" "a" {\n  name    = "a"\n  version = "1.33"\n}\n';

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
    workspace = await bed.workspace(base);
    await applyClean(workspace);
    first = await bed.workspace(base.replace('"a"\n', '"first"\n'));
  });

  /** Plans beside a cluster that exists, and beside one of the same plan; nothing is written. */
  const planned = async (hcl: string, judge: (plan: CliResult) => void) => {
    const writes = bed.sandbox.writes;
    for (const place of [workspace, first]) {
      await place.write({ "case.tf": hcl });
      judge(await place.plan());
      await place.write({ "case.tf": "" });
    }
    expect(bed.sandbox.writes).toBe(writes);
  };

  afterAll(() => bed?.close());

  const cluster = (body: string) => `resource "hikube_cluster" "b" {\n${body}\n}\n`;
  const group = (body: string) => `resource "hikube_nodegroup" "g" {\n  cluster_id = hikube_cluster.a.id\n${body}\n}\n`;
  const addon = (body: string) => `resource "hikube_addon" "x" {\n  cluster_id = hikube_cluster.a.id\n${body}\n}\n`;

  const cases: readonly (readonly [what: string, hcl: string, text: RegExp, code: RegExp])[] = [
    ["a name with capitals", cluster('  name = "Prod"'), /lower case/, /name = "Prod"/],
    ["a name that begins with a digit", cluster('  name = "9x"'), /begin with a lower case letter/, /name/],
    ["a name of 43 characters", cluster(`  name = "${"a".repeat(43)}"`), /42 characters/, /name/],
    ["a name that no chart installs", cluster(`  name = "${"a".repeat(34)}"`), /at most 33 characters/, /name/],
    ["a version that is not served", cluster('  name = "b"\n  version = "1.29"'), /Available: 1\.35/, /version/],
    [
      "a version without quotes, which is the number 1.3",
      cluster('  name = "b"\n  version = 1.30'),
      /Write the version in quotes: `version = 1\.30` is the number 1\.3\./,
      /version/,
    ],
    ["something that is no version", cluster('  name = "b"\n  version = "latest"'), /"1\.34"/, /version/],
    [
      "no API server at all",
      cluster('  name = "b"\n  control_plane = { replicas = 0 }'),
      /`control_plane\.replicas` must be at least 1/,
      /./,
    ],
    [
      "a preset the platform does not know",
      cluster('  name = "b"\n  control_plane = { scheduler = { resources_preset = "gigantic" } }'),
      /`control_plane\.scheduler\.resources_preset`: The platform has .*; got "gigantic"/,
      /./,
    ],
    [
      "a quantity with a unit nobody knows",
      cluster('  name = "b"\n  control_plane = { scheduler = { resources = { memory = "2GB" } } }'),
      /`control_plane\.scheduler\.resources\.memory` must be a size with a unit.* Did you mean `2Gi` or `2G`\?/,
      /./,
    ],
    ["a host with a scheme", cluster('  name = "b"\n  host = "https://api.example.org"'), /host name/, /host/],
    ["a label that is no label", cluster('  name = "b"\n  labels = { "a b" = "c" }'), /label/, /labels/],
    ["a group name with an underscore", group('  name = "my_group"'), /lower case letters/, /name/],
    [
      "a group whose machines would have no valid name",
      group(`  name = "${"g".repeat(45)}"`),
      /too long|characters/,
      /name/,
    ],
    [
      "more fewest nodes than most",
      group('  name = "g"\n  min_replicas = 5\n  max_replicas = 2'),
      /min_replicas/,
      /min_replicas/,
    ],
    [
      "more fewest nodes than the platform's own most",
      group('  name = "g"\n  min_replicas = 20'),
      /`max_replicas` is not set, so its default of 10 applies/,
      /min_replicas/,
    ],
    ["a negative number of nodes", group('  name = "g"\n  min_replicas = -1'), /at least 0/, /min_replicas/],
    ["half a node", group('  name = "g"\n  min_replicas = 1.5'), /whole number/, /min_replicas/],
    ["a disk in GB", group('  name = "g"\n  disk_size = "20GB"'), /Did you mean `20Gi` or `20G`\?/, /disk_size/],
    ["a disk of 20 bytes", group('  name = "g"\n  disk_size = 20'), /20 bytes\. Did you mean `20Gi`\?/, /disk_size/],
    ["a negative disk", group('  name = "g"\n  disk_size = "-1Gi"'), /at least `1Gi`/, /disk_size/],
    ["CPU without memory", group('  name = "g"\n  resources = { cpu = "2" }'), /memory/, /resources/],
    ["an add-on nobody has", addon('  name = "istio"'), /cert-manager/, /name/],
    ["values that are no object", addon('  name = "velero"\n  values = "text"'), /must be an object/, /values/],
    ["values that are a list", addon('  name = "velero"\n  values = ["a"]'), /must be an object/, /values/],
    ["values as broken YAML", addon('  name = "velero"\n  values_yaml = "a: [b"'), /YAML: .* in line 1/, /values_yaml/],
    [
      "a number in YAML that JSON cannot hold",
      addon('  name = "velero"\n  values_yaml = "velero: { account: 9007199254740993 }"'),
      /velero\.account: the number cannot be stored exactly/,
      /values_yaml/,
    ],
    [
      "hosts as URLs",
      addon('  name = "ingress-nginx"\n  hosts = ["https://a.example.org/"]'),
      /Did you mean `a\.example\.org`\?/,
      /hosts/,
    ],
    [
      "an instance type that does not exist",
      group('  name = "g"\n  instance_type = "u1.xxlarge"'),
      /Did you mean `u1\.xlarge`/,
      /instance_type/,
    ],
    [
      "a GPU by its model",
      group('  name = "g"\n  gpus = [{ name = "L40S" }]'),
      /Did you mean `nvidia\.com\/AD102GL_L40S`/,
      /./,
    ],
    [
      "values given twice",
      addon('  name = "velero"\n  values = {}\n  values_yaml = "a: 1"'),
      /`values` and `values_yaml` differ/,
      /values_yaml/,
    ],
    ["a switch where there is none", addon('  name = "cilium"\n  enabled = true'), /always installed/, /enabled/],
    ["hosts of an add-on that has none", addon('  name = "velero"\n  hosts = ["a.b"]'), /ingress-nginx/, /hosts/],
    [
      "a cluster that does not exist",
      `resource "hikube_nodegroup" "g" {\n  cluster_id = "tenant-demo/nowhere"\n  name = "g"\n}\n`,
      /There is no cluster tenant-demo\/nowhere on https:\/\/.* set the same `provider = …` on both resources/s,
      /cluster_id/,
    ],
    [
      "a cluster id that is none",
      'resource "hikube_nodegroup" "g" {\n  cluster_id = "a/b/c"\n  name = "g"\n}\n',
      /namespace\/cluster/,
      /cluster_id/,
    ],
    [
      "two resources for one group",
      `${group('  name = "twice"')}resource "hikube_nodegroup" "h" {\n  cluster_id = hikube_cluster.a.id\n  name = "twice"\n}\n`,
      /already manages/,
      /name/,
    ],
    [
      "two resources for one add-on in two spellings",
      `${addon('  name = "certManager"')}resource "hikube_addon" "y" {\n  cluster_id = hikube_cluster.a.id\n  name = "cert-manager"\n}\n`,
      /already manages/,
      /name/,
    ],
    [
      "a duration that is none",
      cluster('  name = "b"\n  timeouts = { create = "soon" }'),
      /`timeouts\.create` must be a duration/,
      /./,
    ],
  ];

  test.each(cases)("%s", (_what, hcl, text, code) => planned(hcl, (plan) => expectError(plan, text, code)));

  test("resources beside an instance type, where the platform refuses both", () =>
    planned(
      group('  name = "g"\n  instance_type = "u1.large"\n  resources = { cpu = "2", memory = "4Gi" }'),
      (plan) => {
        if (profile === "1.1.2") expectError(plan, /either instance_type or resources/, /resources/);
        else expectWarning(plan, /instance_type has no effect/);
      },
    ));

  test.each([
    ["kubelet", 'kubelet = { system_reserved_cpu = "100m" }'],
    ["storage_class", 'storage_class = "local"'],
    ["max_unhealthy", 'max_unhealthy = "30%"'],
    ["node_startup_timeout", 'node_startup_timeout = "15m"'],
  ])("a setting that the platform does not serve: %s", (name, setting) =>
    planned(group(`  name = "g"\n  ${setting}`), (plan) => {
      const text = new RegExp(`\`${name}\` needs platform 1\\.\\d or newer; this one runs 1\\.1\\.2`);
      if (profile === "1.1.2") expectError(plan, text, new RegExp(name));
      else expect(plan.exitCode).toBe(2);
    }),
  );

  test.each(["hami", "ouroboros"])("an add-on that the platform does not have: %s", (name) =>
    planned(addon(`  name = "${name}"`), (plan) => {
      if (profile === "1.1.2") expectError(plan, new RegExp(`${name} .*1\\.1\\.2`), /name/);
      else expect(plan.exitCode).toBe(2);
    }),
  );

  test("a group that may have no nodes", () =>
    planned(group('  name = "g"\n  max_replicas = 0'), (plan) => {
      if (profile === "1.1.2") expectError(plan, /max_replicas must be at least 1/, /max_replicas/);
      else expect(plan.exitCode).toBe(2);
    }));

  test("a changed storage class, unless the replacement is allowed", async () => {
    await workspace.write({
      "main.tf": 'resource "hikube_cluster" "a" {\n  name = "a"\n  version = "1.33"\n  storage_class = "local"\n}\n',
    });
    expectError(await workspace.plan(), /replace the cluster/, /storage_class/);
    await workspace.write({
      "main.tf":
        'resource "hikube_cluster" "a" {\n  name = "a"\n  version = "1.33"\n  storage_class = "local"\n  allow_replace = true\n}\n',
    });
    const plan = await workspace.plan();
    expect(plan.changes).toEqual([{ address: "hikube_cluster.a", action: "replace" }]);
    await workspace.write({ "main.tf": base });
  });

  test("an unknown storage class of a new cluster is a warning: a tenant may not see all", async () => {
    await workspace.write({ "case.tf": cluster('  name = "b"\n  storage_class = "replicatd"') });
    expectWarning(await workspace.plan(), /Unknown storage class "replicatd"\n.*Did you mean `replicated`\?/);
    await workspace.write({ "case.tf": "" });
  });

  test("a patch version is a warning, because the platform chooses it", async () => {
    await workspace.write({ "case.tf": cluster('  name = "b"\n  version = "1.33.2"') });
    expectWarning(await workspace.plan(), /The patch version is chosen by the platform\n`1\.33\.2` selects 1\.33/);
    await workspace.write({ "case.tf": "" });
  });

  test("values outside the chart's key are a warning, because Helm ignores them in silence", () =>
    planned(addon('  name = "cert-manager"\n  values = { certManager = { a = 1 } }'), (plan) =>
      expectWarning(plan, /nested under "cert-manager"/),
    ));

  test("an import id with too many parts", async () => {
    await workspace.write({ "case.tf": cluster('  name = "b"') });
    const result = await workspace.run("import", "-no-color", "hikube_cluster.b", "a/b/c");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/namespace\/name/);
    await workspace.write({ "case.tf": "" });
  });

  test.each([
    ["hikube_cluster.b", "Base", /lower case letter.*Did you mean `base`\?/s],
    ["hikube_cluster.b", "arn:aws:eks:eu:1:cluster/a", /`namespace` must hold lower case letters/],
    ["hikube_cluster.b", "prod", /There is no cluster "prod" in tenant-demo\. Found: a\./],
    [
      "hikube_nodegroup.g",
      "a/gpu",
      /There is no node group "gpu" in cluster\s+tenant-demo\/a\. The cluster has no node groups/,
    ],
    ["hikube_nodegroup.g", "a/web/x/y", /namespace\/cluster\/name/],
    ["hikube_addon.x", "a/cert-manger", /Did you mean `cert-manager`\?/],
    ["hikube_addon.x", "prod/velero", /There is no cluster "prod" in tenant-demo\. Found: a\./],
  ])("an import of %s with the id %j, with what is wrong and what there is", async (address, id, text) => {
    const bodies = cluster('  name = "b"') + group('  name = "g"') + addon('  name = "velero"');
    await workspace.write({ "case.tf": bodies });
    const result = await workspace.run("import", "-no-color", address, id);
    expect(result.exitCode).toBe(1);
    // Terraform breaks lines where it likes, and begins each with a bar.
    const said = result.stderr.replace(/\n[│╷╵]?/g, " ").replace(/ {2,}/g, " ");
    expect(said).toMatch(text);
    expect(said).not.toMatch(/non-existent remote object/);
    expect((await workspace.run("state", "list")).stdout).not.toContain(address);
    await workspace.write({ "case.tf": "" });
  });

  test("the destruction of a protected cluster", async () => {
    const protect = (on: boolean) =>
      `resource "hikube_cluster" "a" {\n  name = "a"\n  version = "1.33"\n  deletion_protection = ${on}\n}\n`;
    await workspace.write({ "main.tf": protect(true) });
    await applyClean(workspace);
    const result = await workspace.destroy();
    expect(result.exitCode).toBe(1);
    expect(result.diagnostics.some(({ detail }) => /deletion_protection/.test(detail))).toBe(true);
    await workspace.write({ "main.tf": protect(false) });
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });
});
