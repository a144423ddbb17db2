import { readdirSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectlProvider } from "../../scripts/kubectl-provider.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { applyClean, expectNoChanges, expectSuccess } from "../support/terraform/expectations.ts";
import { installed } from "../support/terraform/installed.ts";
import { kubectlFiles } from "../support/terraform/kubectl-files.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

/** Every example of the documentation is run. */
describe("the examples", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40, namespace: "tenant-acme" });
  });

  afterAll(() => bed?.close());

  test.each(readdirSync(join(examples, "resources")))(
    "of %s apply, import as they say, and are destroyed",
    async (type) => {
      const folder = join(examples, "resources", type);
      const workspace = await bed.workspace(await readFile(join(folder, "resource.tf"), "utf8"));
      await applyClean(workspace);

      const [, , address = "", id = ""] = (await readFile(join(folder, "import.sh"), "utf8")).trim().split(" ");
      expectSuccess(await workspace.run("state", "rm", address));
      expectSuccess(await workspace.run("import", address, id));
      await expectNoChanges(workspace);

      // Import by identity came with 1.12 of both programs.
      const version = /v1\.(\d+)/.exec((await workspace.run("version")).stdout)?.[1];
      if (Number(version) >= 12) {
        expectSuccess(await workspace.run("state", "rm", address));
        await cp(join(folder, "import-by-identity.tf"), join(workspace.directory, "import.tf"));
        const imported = expectSuccess(await workspace.apply());
        expect(imported.changes.every(({ action }) => action !== "create")).toBe(true);
        await workspace.write({ "import.tf": "" });
      }
      expectSuccess(await workspace.destroy());
    },
  );

  test("of the provider block are valid", async () => {
    const workspace = await bed.workspace("", { "versions.tf": "", "provider.tf": "" });
    await cp(join(examples, "provider"), workspace.directory, { recursive: true });
    expectSuccess(await workspace.run("validate", "-json"));
  });

  test("of the quick start are valid", async () => {
    const workspace = await bed.workspace("", { "versions.tf": "", "provider.tf": "" });
    await cp(join(examples, "quickstart"), workspace.directory, { recursive: true });
    expectSuccess(await workspace.run("validate", "-json"));
  });
});

/** The resources' further examples, of which some need a newer platform. */
describe("the further examples of the resources", () => {
  const further = readdirSync(join(examples, "resources")).flatMap((type) =>
    readdirSync(join(examples, "resources", type))
      .filter((file) => file.startsWith("resource_"))
      .map((file) => `${type}/${file}`),
  );

  test.each(further)("%s applies and is destroyed", async (file) => {
    const bed = await startTestBed({ profile: "1.6.2", speed: 40, namespace: "tenant-acme" });
    try {
      const text = await readFile(join(examples, "resources", file), "utf8");
      const workspace = await bed.workspace(text);
      await applyClean(workspace);
      const unprotected = text.replace("prevent_destroy = true", "").replace("deletion_protection = true", "");
      if (unprotected !== text) {
        expect((await workspace.destroy()).exitCode).not.toBe(0);
        await workspace.write({ "main.tf": unprotected });
        expectSuccess(await workspace.apply());
      }
      expectSuccess(await workspace.destroy());
    } finally {
      await bed.close();
    }
  });
});

/** Examples of data sources and functions with their outputs. */
const outputs: readonly [string, Readonly<Record<string, unknown>>][] = [
  ["data-sources/hikube_addons/data-source.tf", { has_velero: true, installed: ["cert-manager", "cilium", "coredns"] }],
  ["data-sources/hikube_cluster/data-source.tf", { next_version: "1.35" }],
  ["data-sources/hikube_clusters/data-source.tf", { not_ready: [], ids: ["tenant-acme/prod"] }],
  ["data-sources/hikube_gpus/data-source.tf", { l40s: "nvidia.com/AD102GL_L40S" }],
  ["data-sources/hikube_instance_types/data-source.tf", { small: ["u1.2xmedium", "u1.large", "u1.xlarge"] }],
  ["data-sources/hikube_kubeconfig/data-source.tf", { scheme: "https" }],
  ["data-sources/hikube_kubernetes_versions/data-source.tf", { latest: "1.35", pinned: "1.33" }],
  ["data-sources/hikube_nodegroup/data-source.tf", { most_nodes: 3 }],
  ["data-sources/hikube_nodegroups/data-source.tf", { most_nodes: 3 }],
  ["data-sources/hikube_nodes/data-source.tf", { instance_types: ["u1.medium"] }],
  ["data-sources/hikube_platform/data-source.tf", { newest: "1.35", can_log_in_with_oidc: false }],
  ["data-sources/hikube_quota/data-source.tf", { memory: "136Gi" }],
  ["data-sources/hikube_storage_classes/data-source.tf", { default: "replicated" }],
  ["functions/cluster_id/function.tf", { cluster_id: "tenant-acme/prod" }],
  [
    "functions/merge_values/function.tf",
    {
      values: {
        "ingress-nginx": {
          controller: {
            replicaCount: 3,
            config: { "use-gzip": "true" },
            service: { externalTrafficPolicy: "Local" },
          },
        },
      },
    },
  ],
  ["functions/kubeconfig/function.tf", { kubeconfig: expect.stringContaining("--oidc-client-id=kubernetes") }],
  ["functions/parse_kubeconfig/function.tf", { host: "https://kubernetes-prod.example.org:443" }],
  ["functions/parse_id/function.tf", { cluster_of_group: "tenant-acme/prod" }],
  ["functions/quantity_equal/function.tf", { is_same_size: true }],
  ["functions/quantity_to_bytes/function.tf", { gibibytes: 20.5 }],
  ["functions/upgrade_path/function.tf", { steps: ["1.33", "1.34"] }],
];

describe("the examples that read", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40, namespace: "tenant-acme" });
    const read = await bed.workspace(`
resource "hikube_cluster" "prod" {
  name    = "prod"
  version = "1.34"
  labels  = { env = "prod" }
}
resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.prod.id
  name         = "web"
  min_replicas = 1
  max_replicas = 3
}
resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.prod.id
  name       = "cert-manager"
}
`);
    expectSuccess(await read.apply());
  });

  afterAll(() => bed?.close());

  test.each(outputs)("%s applies and has these outputs", async (file, outputs) => {
    const workspace = await bed.workspace(await readFile(join(examples, file), "utf8"));
    await applyClean(workspace);
    const { stdout } = expectSuccess(await workspace.run("output", "-json"));
    const read = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
    expect(Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value]))).toEqual(outputs);
    expectSuccess(await workspace.destroy());
  });

  test("every example of a data source or function is in the list above", () => {
    const folders = ["data-sources", "functions"].flatMap((kind) =>
      readdirSync(join(examples, kind)).map((name) => `${kind}/${name}`),
    );
    expect(folders.sort()).toEqual(outputs.map(([file]) => dirname(file)).sort());
  });
});

describe("the examples of ephemeral resources", () => {
  let bed: TestBed;

  beforeAll(async () => {
    kubectlProvider.ensure();
    bed = await startTestBed({ profile: "1.1.2", speed: 40, namespace: "tenant-acme" });
  }, 1_200_000);

  afterAll(() => bed?.close());

  test.each(readdirSync(join(examples, "ephemeral-resources")))("%s applies with what uses it", async (type) => {
    const file = join(examples, "ephemeral-resources", type, "ephemeral-resource.tf");
    const workspace = await bed.workspace(await readFile(file, "utf8"), kubectlFiles);
    expectSuccess(await workspace.run("init", "-no-color"));
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
  });
});

describe("the example of a tested module", () => {
  const folder = join(examples, "testing");

  async function tested(profile: "1.1.2" | "1.6.2", filter: string): Promise<string> {
    const sandbox = await startSandbox({ profile, speed: 20 });
    const files: Record<string, string> = { "provider.tf": "" };
    for (const name of ["versions.tf", "variables.tf", "main.tf", "outputs.tf", `tests/${filter}.tftest.hcl`]) {
      files[name] = await readFile(join(folder, name), "utf8");
    }
    const workspace = await installed(sandbox, "", { KUBECONFIG: "kubeconfig" }, files);
    const { stdout } = expectSuccess(await workspace.run("test", "-no-color"));
    if (filter === "mock") expect(sandbox.requests).toEqual([]);
    else expect(sandbox.writes).toBeGreaterThan(0);
    expect(sandbox.stored("Kubernetes", "testing")).toBeUndefined();
    await workspace.remove();
    await sandbox.stop();
    return stdout;
  }

  test("passes with a mocked provider, which asks no platform", async () => {
    expect(await tested("1.1.2", "mock")).toContain("4 passed, 0 failed");
  });

  test.each(["1.1.2", "1.6.2"] as const)("passes on the sandbox of platform %s", async (profile) => {
    expect(await tested(profile, "sandbox")).toContain("2 passed, 0 failed");
  });
});
