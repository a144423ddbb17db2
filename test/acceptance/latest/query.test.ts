import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstWithActions } from "../../../scripts/test-cli.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { valueAt } from "../../../src/base/json-pointer.ts";
import {
  richAddons,
  richGroups,
  richSpec,
  unknownKeys,
  withUnknownKeys,
} from "../../contract/terraform-core/hand-made.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";
import { findTerraform } from "../../support/terraform/cli.ts";
import { expectNoChanges, expectSuccess } from "../../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../../support/terraform/test-bed.ts";

const examples = fileURLToPath(new URL("../../../examples/list-resources", import.meta.url));

const everything = ["hikube_cluster", "hikube_nodegroup", "hikube_addon"]
  .map((type) => `list "${type}" "all" {\n  provider = hikube\n}\n`)
  .join("");

/** `labels = null` and the like, of settings that the provider computes: core writes only the others as null. */
const readOnly = /^ +(id|uid|status|ready|endpoint|backend|addresses|created_at|values_yaml|wait_for|on_destroy) += /m;

describe.each(["1.1.2", "1.6.2"] as const)("a query on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    findTerraform(firstWithActions);
    bed = await startTestBed({ profile, speed: 40, namespace: "tenant-acme" });
    const client = sandboxClient(bed.sandbox);
    expect((await client.create("prod", withUnknownKeys(richSpec(profile)), { team: "x" })).status).toBe(201);
    expect((await client.create("bare", {})).status).toBe(201);
    await client.change("prod", { metadata: { annotations: { "example.org/owner": "jane" } } });
    await client.until("prod", "True");
    await client.until("bare", "True");
    client.close();
  });

  afterAll(() => bed?.close());

  const objects = 2 + richGroups(profile).length + richAddons.length;

  test("generates a configuration for everything that imports without a change", async () => {
    const workspace = await bed.workspace("", { "all.tfquery.hcl": everything });
    expectSuccess(await workspace.run("query", "-no-color", "-generate-config-out=generated.tf"));
    const generated = await readFile(join(workspace.directory, "generated.tf"), "utf8");
    expect(generated.match(/^import \{$/gm)).toHaveLength(objects);
    expect(generated).not.toMatch(readOnly);
    expectSuccess(await workspace.run("fmt", "-check"));
    const spec = (name: string): JsonObject => structuredClone(bed.sandbox.stored("Kubernetes", name)?.values ?? {});
    const before = ["prod", "bare"].map(spec);
    const { writes } = bed.sandbox;
    const applied = expectSuccess(await workspace.apply());
    expect(new Set(applied.changes.map(({ action }) => action))).toEqual(new Set(["import"]));
    await expectNoChanges(workspace);
    expect(bed.sandbox.writes).toBe(writes);
    expect(["prod", "bare"].map(spec)).toEqual(before);

    // A change of every kind of resource keeps what this provider does not know.
    const changed = generated
      .replace("replicas = 3", "replicas = 2")
      .replace(/max_replicas += 5/, "max_replicas = 6")
      .replace(/cpu( +)= "4"/, 'cpu$1= "5"')
      .replace(/replicaCount( +)= 2/, "replicaCount$1= 4");
    await workspace.write({ "generated.tf": changed });
    const { changes } = expectSuccess(await workspace.apply());
    expect(changes.map(({ action }) => action)).toEqual(["update", "update", "update", "update"]);
    await expectNoChanges(workspace);
    const stored = bed.sandbox.stored("Kubernetes", "prod");
    expect(valueAt(stored?.values as JsonObject, ["nodeGroups", "web", "maxReplicas"])).toBe(6);
    for (const [path, value] of unknownKeys) {
      expect(valueAt(stored?.values as JsonObject, path), path.join(".")).toEqual(value);
    }
    expect(stored?.labels).toMatchObject({ "apps.cozystack.io-team": "x" });
    expect(stored?.annotations).toMatchObject({ "apps.cozystack.io-example.org/owner": "jane" });
  });

  test("and a plan generate the same configuration for an import block", async () => {
    const block = 'import {\n  to = hikube_cluster.c\n  id = "prod"\n}\n';
    const workspace = await bed.workspace(block);
    const { changes } = await workspace.plan("-generate-config-out=generated.tf");
    expect(changes.map(({ action }) => action)).toEqual(["import"]);
    const generated = await readFile(join(workspace.directory, "generated.tf"), "utf8");
    expect(generated).toContain('storage_class = "local"');
    expect(generated).not.toMatch(readOnly);
    expect(generated).not.toContain("deletion_protection");
  });

  test.each(readdirSync(examples))("runs the example of %s", async (type) => {
    const file = join(examples, type, "list-resource.tfquery.hcl");
    const workspace = await bed.workspace("", { "example.tfquery.hcl": await readFile(file, "utf8") });
    const { stdout } = expectSuccess(await workspace.run("query", "-no-color"));
    expect(stdout).toMatch(new RegExp(`^list\\.${type}\\.`, "m"));
  });

  test("of a cluster that does not exist says which filter and which clusters there are", async () => {
    const list =
      'list "hikube_addon" "a" {\n  provider = hikube\n  config {\n    cluster_id = "tenant-acme/prd"\n  }\n}\n';
    const workspace = await bed.workspace("", { "a.tfquery.hcl": list });
    const { exitCode, stdout, stderr } = await workspace.run("query", "-no-color");
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain("Cluster tenant-acme/prd does not exist");
    expect(stdout + stderr).toContain("Found: bare, prod.");
    expect(stdout + stderr).toContain("Correct `cluster_id`");
  });
});
