import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { objectAt, valueAt } from "../../src/base/json-pointer.ts";
import { argumentsOf, type FoundSecret } from "../../src/cli/export/arguments.ts";
import { runExport } from "../../src/cli/export.ts";
import { type Block, fileText } from "../../src/cli/hcl/body.ts";
import { optional } from "../../src/schema/attribute.ts";
import { dynamic } from "../../src/schema/kind.ts";
import { dynamicFromJson } from "../../src/values/dynamic-json.ts";
import { partOf, richAddons, richGroups, richSpec } from "../contract/terraform-core/hand-made.ts";
import { recordedIo } from "../support/command-io.ts";
import { sandboxClient } from "../support/sandbox-client.ts";
import { createWorkspace, findCli, type Workspace } from "../support/terraform/cli.ts";
import { expectEmptyPlan, expectNoChanges, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

/** A template in HCL, quotes, and line ends. */
const oddText = `[default]\nkey = "$\{x}" %{if}\t\\`;

const secretValues = {
  enabled: false,
  valuesOverride: {
    velero: {
      credentials: { existingSecret: "", secretContents: { cloud: oddText } },
      apiKey: 12_345,
      for: { "0": "a.b", "a b": [1, null, { x: 0.5 }] },
    },
  },
};

/** Completes what the platform installs only as a whole: a login, and the exact size of a node group. */
const installable = (spec: JsonObject, whole: JsonObject): JsonObject => {
  const groups = objectAt(spec, ["nodeGroups"]);
  const size = valueAt(whole, ["nodeGroups", "sized", "resources"]) ?? {};
  return {
    ...spec,
    ...(spec["oidc"] === undefined ? {} : { oidc: whole["oidc"] ?? {} }),
    ...(spec["nodeGroups"] === undefined
      ? {}
      : {
          nodeGroups:
            groups["sized"] === undefined
              ? groups
              : { ...groups, sized: { ...objectAt(groups, ["sized"]), resources: size } },
        }),
  };
};

const provider = 'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\n';

/** Keys and texts as people write them, and as they do not. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.stringMatching(/^[$%{}"\\\n a]*$/),
  fc.constantFrom("for", "if", "null"),
  fc
    .array(fc.constantFrom("a: b", "  EOT", "", `\t$\{x}`, 'c\\ "d"'), { minLength: 1, maxLength: 4 })
    .map((lines) => `${lines.join("\n")}\n`),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constantFrom(0.1, -1.5e-7, 1e19),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(text, tie("tree"), { maxKeys: 5 }),
  ),
}));

describe.each(["1.1.2", "1.6.2"] as const)("an export on platform %s", (profile) => {
  let bed: TestBed;
  let folder: string;
  const names: string[] = [];
  const specs = (): JsonObject[] =>
    names.map((name) => structuredClone(bed.sandbox.stored("Kubernetes", name)?.values ?? {}));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "hikube-export-"));
    bed = await startTestBed({ profile, speed: 40, namespace: "tenant-acme" });
    await writeFile(join(folder, "kubeconfig"), bed.sandbox.kubeconfig);
    const client = sandboxClient(bed.sandbox);
    const make = async (name: string, spec: JsonObject): Promise<void> => {
      names.push(name);
      const { status, text } = await client.create(name, spec, { team: "x" });
      expect(status, text).toBe(201);
    };
    const rich = richSpec(profile);
    await make("prod-eu", { ...rich, addons: { ...(rich["addons"] as JsonObject), velero: secretValues } });
    await make("bare", {});
    const generated = fc.sample(partOf(rich), { seed: 7, numRuns: 6 }) as JsonObject[];
    for (const [number, spec] of generated.entries()) await make(`any-${number}`, installable(spec, rich));
    const [one, two, three, four] = fc.sample(fc.dictionary(text, tree, { minKeys: 1, maxKeys: 5 }), {
      seed: 3,
      numRuns: 4,
    });
    await make("values", {
      addons: {
        certManager: { enabled: true, valuesOverride: { "cert-manager": one } },
        coredns: { valuesOverride: two },
        cilium: { valuesOverride: { cilium: three } },
        velero: { enabled: false, valuesOverride: { velero: four } },
      },
    } as JsonObject);
    for (const name of names) await client.until(name, "True");
    if (profile === "1.6.2") {
      const path = client.clusters.replace("kuberneteses", "kubernetesnodeses");
      const body = {
        metadata: { name: "prod-eu-own", labels: { a: "b" } },
        spec: { cluster: "prod-eu", minReplicas: 1 },
      };
      expect((await client.call("POST", path, { body })).status).toBe(201);
    }
    client.close();
  });

  afterAll(async () => {
    await bed?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...argv: string[]) => {
    const io = recordedIo({ HOME: folder, KUBECONFIG: join(folder, "kubeconfig") });
    const code = await runExport(argv, io);
    return { code, ...io.said };
  };

  /** A workspace with nothing but an export, and a provider block that logs in to the sandbox. */
  async function exported(...options: string[]): Promise<Workspace> {
    const workspace = await bed.workspace("");
    for (const file of ["main.tf", "versions.tf", "provider.tf"]) await rm(join(workspace.directory, file));
    const { code, error } = await run("--out", workspace.directory, ...options);
    // Every other setting is exported.
    const said = error.split("\n").filter((line) => line.startsWith("Kubernetes "));
    for (const line of said) expect(line).toContain("can express `spec.images.unknownToThisProvider`");
    expect(error.match(/Warning/g)).toHaveLength(said.length);
    expect(code, error).toBe(3);
    expectSuccess(await workspace.run("fmt", "-check", "-diff", "-recursive"));
    await workspace.write({ "provider.tf": provider });
    return workspace;
  }

  /** Imports an export: nothing is changed, and nothing is written to the platform. */
  async function expectImports(workspace: Workspace, expectClean = expectNoChanges): Promise<Set<string>> {
    const before = specs();
    const { writes } = bed.sandbox;
    const { stdout } = expectSuccess(await workspace.run("plan", "-no-color"));
    expect(stdout).toMatch(/^Plan: \d+ to import, 0 to add, 0 to change, 0 to destroy\.$/m);
    const { changes } = expectSuccess(await workspace.apply());
    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(["import"]));
    await expectClean(workspace);
    expect(bed.sandbox.writes).toBe(writes);
    expect(specs()).toEqual(before);
    return new Set(changes.map(({ address }) => address));
  }

  const addresses = (to: (type: string, name: string) => string) => [
    ...richGroups(profile).map((name) => to("hikube_nodegroup", name)),
    ...(profile === "1.6.2" ? [to("hikube_nodegroup", "own")] : []),
    ...richAddons.map((name) => to("hikube_addon", name.replaceAll("-", "_"))),
  ];

  test("of a tenant with hand-made and generated clusters plans empty", async () => {
    const workspace = await exported();
    const imported = await expectImports(workspace);
    for (const address of addresses((type, name) => `${type}.prod_eu_${name}`)) expect(imported).toContain(address);
    for (const name of names) expect(imported).toContain(`hikube_cluster.${name.replace("-", "_")}`);
  });

  test("as modules plans empty", async () => {
    const workspace = await exported("--modules", "prod-eu", "tenant-acme/bare");
    expectSuccess(await workspace.run("get"));
    expect(await expectImports(workspace)).toEqual(
      new Set([
        "module.bare.hikube_cluster.this",
        "module.prod_eu.hikube_cluster.this",
        ...addresses((type, name) => `module.prod_eu.${type}.${name}`),
      ]),
    );
  });

  test("of objects that the platform cannot install says what is left out, and plans empty", async () => {
    const client = sandboxClient(bed.sandbox);
    const size = { instanceType: "u1.large", resources: {}, roles: [], gpus: [] };
    const spec = {
      host: "https://api.example.org",
      version: "v1.34",
      controlPlane: { replicas: "three", scheduler: { color: "red" } },
      nodeGroups: {
        swapped: { ...size, minReplicas: 5, maxReplicas: 2 },
        worded: { ...size, minReplicas: "two", gpus: "none", roles: ["a", "", "a"] },
      },
      addons: { certManager: { enabled: "yes", valuesOverride: "text" }, strange: { enabled: true } },
    };
    expect((await client.create("odd", spec, { [`${"l".repeat(50)}`]: "x" })).status).toBe(201);
    await client.until("odd", "False");
    client.close();
    const workspace = await bed.workspace("");
    for (const file of ["main.tf", "versions.tf", "provider.tf"]) await rm(join(workspace.directory, file));
    const { code, error } = await run("odd", "--out", workspace.directory);
    expect(code).toBe(3);
    const said = (text: RegExp) => [...error.matchAll(text)].map(([, setting]) => setting);
    expect(said(/^(?:Cluster|Node group) \S+: `(\w+)` stays as it is/gm)).toEqual([
      "host",
      "labels",
      "min_replicas",
      "roles",
    ]);
    expect(said(/^Kubernetes \S+: No argument of this provider can express `spec\.(.+)`\./gm)).toEqual([
      "controlPlane.replicas",
      "controlPlane.scheduler.color",
      "nodeGroups.worded.minReplicas",
      "addons.certManager.enabled",
      "addons.strange.enabled",
    ]);
    await workspace.write({ "provider.tf": provider });
    // The platform tries the installation again and again, and the status shows it.
    await expectImports(workspace, expectEmptyPlan);
  });

  test("has secrets in a file of their own only", async () => {
    const workspace = await exported("prod-eu");
    const read = (name: string) => readFile(join(workspace.directory, name), "utf8");
    expect(await read("secrets.auto.tfvars")).toContain("prod_eu_velero_api_key ");
    expect(await read(".gitignore")).toBe("secrets.auto.tfvars\n");
    const value = await workspace.console(
      "jsonencode(nonsensitive(var.prod_eu_velero_credentials_secret_contents_cloud))",
    );
    expect(JSON.parse(JSON.parse(value.stdout))).toBe(oddText);
    const again = await run("prod-eu", "--out", workspace.directory, "--force");
    expect(again.error).toContain("secrets.auto.tfvars has secret values. The plan of an import shows them");
    const { out, error } = await run("prod-eu");
    expect(out).not.toContain("[default]");
    expect(out).not.toContain("12345");
    expect(error).toContain("Secret values are variables without a value here");
  });

  if (profile === "1.1.2") return;

  test("after the platform's move to its next version plans empty", async () => {
    const client = sandboxClient(bed.sandbox);
    await bed.sandbox.migrate("next");
    for (const name of ["prod-eu", "bare"]) await client.until(name, "True", "kubernetes@1.7");
    client.close();
    const imported = await expectImports(await exported("prod-eu", "bare"));
    // That version has no add-on fluxcd.
    const expected = addresses((type, name) => `${type}.prod_eu_${name}`).filter((address) => !/fluxcd/.test(address));
    for (const address of expected) expect(imported).toContain(address);
  });
});

describe("the HCL of an export", () => {
  test("keeps every value, and is what `fmt` leaves", async () => {
    const values = fc.sample(tree, { seed: 5, numRuns: 150 }) as Json[];
    const schema = { values: optional(dynamic, { doc: "Any." }) };
    const show = ({ value }: FoundSecret) => value;
    const blocks = values.map((value, index): Block => {
      const [[, expression] = ["", null]] = argumentsOf(schema, { values: dynamicFromJson({ value }) }, show);
      return { type: "locals", arguments: [[`v${index}`, expression]] };
    });
    const workspace = await createWorkspace(findCli(), {}, { "main.tf": fileText(blocks) });
    try {
      expectSuccess(await workspace.run("fmt", "-check", "-diff"));
      const all = `jsonencode([${values.map((_, index) => `local.v${index}.value`).join(", ")}])`;
      const { stdout } = expectSuccess(await workspace.console(all));
      expect(JSON.parse(JSON.parse(stdout))).toEqual(JSON.parse(JSON.stringify(values).normalize("NFC")));
    } finally {
      await workspace.remove();
    }
  });
});
