import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  applyClean,
  expectEmptyPlan,
  expectError,
  expectNoChanges,
  expectSuccess,
  expectWarning,
  stateOf,
} from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const cluster = (name: string, body = "") =>
  `resource "hikube_cluster" "${name}" {\n  name    = "${name}"\n  version = "1.33"\n${body}}\n`;
const group = (address: string, of: string, name: string, body = "") =>
  `resource "hikube_nodegroup" "${address}" {\n  cluster_id    = hikube_cluster.${of}.id\n  name          = ${name}\n  instance_type = "s1.small"\n${body}}\n`;

/** What the language of Terraform and OpenTofu does with resources; the platform version does not matter to it. */
describe("the language's own ways", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  test("import blocks by id, and configuration generated from what is there", async () => {
    const first = await bed.workspace(
      cluster("imp", '  labels = { "example.org/a" = "b" }\n') + group("web", "imp", '"web"', '  roles = ["x", "y"]\n'),
    );
    await applyClean(first);
    const second = await bed.workspace(
      `import {\n  to = hikube_cluster.imp\n  id = "imp"\n}\nimport {\n  to = hikube_nodegroup.web\n  id = "imp/web"\n}\n`,
    );
    const generated = await second.run("plan", "-no-color", "-generate-config-out=generated.tf");
    expect(generated.stderr + generated.stdout).toMatch(/2 to import, 0 to add, 0 to change, 0 to destroy/);
    expectSuccess(await second.apply());
    await expectNoChanges(second);
    expectSuccess(await second.destroy());
  });

  test("a moved block renames without touching anything", async () => {
    const workspace = await bed.workspace(cluster("mov") + group("before", "mov", '"web"'));
    await applyClean(workspace);
    const writes = bed.sandbox.writes;
    await workspace.write({
      "main.tf": `${cluster("mov") + group("after", "mov", '"web"')}moved {\n  from = hikube_nodegroup.before\n  to = hikube_nodegroup.after\n}\n`,
    });
    await applyClean(workspace);
    expect(bed.sandbox.writes).toBe(writes);
    expectSuccess(await workspace.destroy());
  });

  test.each([1, 10, 50])(
    "an address change without a moved block keeps the group, and says moved: parallelism %i",
    async (parallelism) => {
      const name = `ren${parallelism}`;
      const many = (address: string) =>
        `resource "hikube_nodegroup" "g" {\n  ${address}\n  cluster_id = hikube_cluster.${name}.id\n  wait_for = "accepted"\n`;
      const byKey = `${many('for_each = toset(["web", "db", "ml"])')}  name = each.key\n}\n`;
      const byIndex = `${many("count = 3")}  name = ["web", "db", "ml"][count.index]\n}\n`;
      const workspace = await bed.workspace(cluster(name) + byKey);
      expectSuccess(await workspace.apply());
      const groups = () => Object.keys(bed.sandbox.stored("Kubernetes", name)?.values["nodeGroups"] as object).sort();
      for (const to of [byIndex, byKey]) {
        await workspace.write({ "main.tf": cluster(name) + to });
        const planned = await workspace.plan(`-parallelism=${parallelism}`);
        expect(planned.exitCode).toBe(2);
        expectWarning(planned, /moved \{/);
        expectSuccess(await workspace.apply(`-parallelism=${parallelism}`));
        expect(groups()).toEqual(["db", "md0", "ml", "web"]);
        await expectEmptyPlan(workspace);
      }
      expectSuccess(await workspace.destroy());
    },
  );

  test("a renamed cluster without a moved block is refused, and can be destroyed all the same", async () => {
    const workspace = await bed.workspace(cluster("kept"));
    await applyClean(workspace);
    await workspace.write({
      "main.tf": cluster("kept").replace('"hikube_cluster" "kept"', '"hikube_cluster" "other"'),
    });
    expectError(await workspace.plan(), /moved[\s\S]*terraform destroy -refresh=false/);
    expectError(await workspace.destroy(), /terraform destroy -refresh=false/);
    expect(bed.sandbox.stored("Kubernetes", "kept")).toBeDefined();
    expectSuccess(await workspace.destroy("-refresh=false"));
  });

  test("count and for_each, one more and one less", async () => {
    const many = (count: number, names: string) =>
      `${cluster("cnt")}${group("n", "cnt", '"n$' + '{count.index}"', `  count = ${count}\n`)}${group("f", "cnt", "each.key", `  for_each = toset(${names})\n`)}`;
    const workspace = await bed.workspace(many(2, '["a", "b"]'));
    await applyClean(workspace);
    await workspace.write({ "main.tf": many(3, '["b", "c"]') });
    await applyClean(workspace);
    const groups = bed.sandbox.stored("Kubernetes", "cnt")?.values["nodeGroups"] as Record<string, unknown>;
    expect(Object.keys(groups).sort()).toEqual(["b", "c", "md0", "n0", "n1", "n2"]);
    expectSuccess(await workspace.destroy());
  });

  test("replace_triggered_by and create_before_destroy: one group stands in the end", async () => {
    const hcl = (trigger: string, name: string) =>
      `resource "terraform_data" "t" {\n  input = "${trigger}"\n}\n${cluster("rep")}${group("r", "rep", `"${name}"`, "  lifecycle {\n    create_before_destroy = true\n    replace_triggered_by = [terraform_data.t]\n  }\n")}`;
    const workspace = await bed.workspace(hcl("1", "one"));
    await applyClean(workspace);
    await workspace.write({ "main.tf": hcl("2", "two") });
    await applyClean(workspace);
    const groups = () => Object.keys(bed.sandbox.stored("Kubernetes", "rep")?.values["nodeGroups"] as object);
    expect(groups()).toContain("two");
    expect(groups()).not.toContain("one");
    // The same name again: the new one is the old one, and must not be destroyed after it.
    await workspace.write({ "main.tf": hcl("3", "two") });
    expectSuccess(await workspace.apply());
    expect(groups()).toContain("two");
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("-replace of a group destroys it and creates it again", async () => {
    const workspace = await bed.workspace(cluster("rpl") + group("r", "rpl", '"r"'));
    await applyClean(workspace);
    expectSuccess(await workspace.apply("-replace=hikube_nodegroup.r"));
    expect(bed.sandbox.stored("Kubernetes", "rpl")?.values["nodeGroups"]).toHaveProperty("r");
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("-replace of a cluster is refused unless it is allowed", async () => {
    const workspace = await bed.workspace(cluster("keep"));
    await applyClean(workspace);
    expectError(await workspace.plan("-replace=hikube_cluster.keep"), /untaint/);
    await workspace.write({ "main.tf": cluster("keep", "  allow_replace = true\n") });
    await applyClean(workspace);
    const uid = (await stateOf(workspace, "hikube_cluster.keep"))["uid"];
    expectSuccess(await workspace.apply("-replace=hikube_cluster.keep"));
    expect((await stateOf(workspace, "hikube_cluster.keep"))["uid"]).not.toBe(uid);
    expectSuccess(await workspace.destroy());
  });

  test("-target and -refresh-only", async () => {
    const workspace = await bed.workspace(cluster("tgt") + group("a", "tgt", '"a"') + group("b", "tgt", '"b"'));
    expectSuccess(await workspace.apply("-target=hikube_nodegroup.a"));
    expect(bed.sandbox.stored("Kubernetes", "tgt")?.values["nodeGroups"]).not.toHaveProperty("b");
    expectSuccess(await workspace.run("apply", "-json", "-auto-approve", "-refresh-only"));
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("values that are unknown while planning, in every kind of attribute", async () => {
    const workspace = await bed.workspace(`
resource "terraform_data" "d" {
  input = { version = "1.33", name = "unk", roles = ["x"], most = 3, values = { velero = { a = 1 } }, labels = { "example.org/a" = "b" } }
}
resource "hikube_cluster" "unk" {
  name    = terraform_data.d.output.name
  version = terraform_data.d.output.version
  labels  = terraform_data.d.output.labels
}
resource "hikube_nodegroup" "unk" {
  cluster_id   = hikube_cluster.unk.id
  name         = terraform_data.d.output.name
  max_replicas = terraform_data.d.output.most
  roles        = terraform_data.d.output.roles
  gpus         = [for role in terraform_data.d.output.roles : { name = "nvidia.com/AD102GL_L40S" }]
}
resource "hikube_addon" "unk" {
  cluster_id = hikube_cluster.unk.id
  name       = "velero"
  values     = terraform_data.d.output.values
}
`);
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a provider configured from a resource that does not exist yet", async () => {
    const workspace = await bed.workspace(cluster("late"), {
      "provider.tf": `resource "terraform_data" "k" {\n  input = file("kubeconfig")\n}\nprovider "hikube" {\n  kubeconfig = terraform_data.k.output\n}\n`,
    });
    expect((await workspace.plan()).exitCode).toBe(2);
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("two configurations of the provider side by side", async () => {
    const workspace = await bed.workspace(
      `${cluster("one")}resource "hikube_cluster" "two" {\n  provider = hikube.other\n  name = "two"\n}\n`,
      {
        "provider.tf":
          'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\nprovider "hikube" {\n  alias = "other"\n  config_path = abspath("kubeconfig")\n  max_retries = 1\n}\n',
      },
    );
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a state that is damaged or from the future is refused with a text", async () => {
    const workspace = await bed.workspace(cluster("dmg"));
    await applyClean(workspace);
    const file = join(workspace.directory, "terraform.tfstate");
    const sound = await readFile(file, "utf8");
    await writeFile(file, sound.replace('"name": "dmg"', '"name": ["not", "a", "string"]'));
    expectError(await workspace.plan(), /damaged|state/i);
    await writeFile(file, sound.replace(/"schema_version": 0/, '"schema_version": 99'));
    expect((await workspace.plan()).exitCode).toBe(1);
    await writeFile(file, sound);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster deleted by another client is planned again, with its groups", async () => {
    const workspace = await bed.workspace(cluster("gone") + group("g", "gone", '"g"'));
    await applyClean(workspace);
    const other = await bed.workspace(`import {\n  to = hikube_cluster.gone\n  id = "gone"\n}\n${cluster("gone")}`);
    expectSuccess(await other.apply());
    expectSuccess(await other.destroy());
    const plan = await workspace.plan();
    expect(plan.changes.map(({ action }) => action)).toEqual(["create", "create"]);
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster of the same name made by another client is not taken over", async () => {
    const first = await bed.workspace(cluster("taken"));
    await applyClean(first);
    await first.write({ "main.tf": cluster("taken") + group("g", "taken", '"g"') });
    await applyClean(first);
    const second = await bed.workspace(cluster("taken"));
    expectError(await second.plan(), /import/, /name/);
    expectSuccess(await first.destroy());
  });
});
