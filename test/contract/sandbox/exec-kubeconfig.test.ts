import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

const run = promisify(execFile);
const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
let tenancy: Tenancy;
let folder: string;

beforeAll(async () => {
  tenancy = await startTenancy("1.6.2");
  await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
  folder = await mkdtemp(join(tmpdir(), "hikube-exec-"));
  await writeFile(join(folder, "hikube"), tenancy.sandbox.kubeconfig);
});
afterAll(async () => {
  await tenancy?.stop();
  await rm(folder, { recursive: true, force: true });
});

const environment = (more: Record<string, string>) => ({ PATH: process.env["PATH"] ?? "", HOME: folder, ...more });

async function kubeconfig(): Promise<string> {
  const file = join(folder, "prod");
  const argv = [main, "kubeconfig", "prod", "--exec", "--merge", file, "--kubeconfig", join(folder, "hikube")];
  await run(process.execPath, argv, { env: environment({}) });
  return file;
}

test("kubectl logs in to a cluster through the command `token`, whatever KUBECONFIG names", async () => {
  const env = environment({ KUBECONFIG: await kubeconfig() });
  const { stdout } = await run("kubectl", ["get", "namespaces", "-o", "name"], { env, cwd: "/" });
  expect(stdout).toContain("namespace/default");
});

test("`token` runs as a command in the environment of a provider, which has the plugin's cookie", async () => {
  const cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
  const env = environment({ KUBECONFIG: await kubeconfig(), TF_PLUGIN_MAGIC_COOKIE: cookie });
  const { stdout } = await run("kubectl", ["get", "namespace", "default", "-o", "name"], { env });
  expect(stdout).toBe("namespace/default\n");
});

test("kubectl shows the text of `token` where the cluster is not found", async () => {
  const file = await kubeconfig();
  const edit = ["config", "--kubeconfig", file, "set-credentials", "tenant-demo/prod"];
  const plugin = [
    `--exec-arg=${[main, "token", "tenant-demo/gone", "--kubeconfig", join(folder, "hikube")].join(",")}`,
  ];
  await run("kubectl", [...edit, ...plugin], { env: environment({}) });
  const failure = await run("kubectl", ["get", "namespaces"], { env: environment({ KUBECONFIG: file }) }).then(
    () => undefined,
    (error: { readonly stderr: string }) => error.stderr,
  );
  expect(failure).toContain("There is no cluster tenant-demo/gone");
});
