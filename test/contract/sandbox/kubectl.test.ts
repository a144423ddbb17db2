import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";

const run = promisify(execFile);

let directory: string;
let sandbox: Sandbox;

async function start(profile: "1.1.2" | "1.6.2"): Promise<void> {
  sandbox = await startSandbox({ profile, speed: 20 });
  await writeFile(join(directory, "kubeconfig"), sandbox.kubeconfig, { mode: 0o600 });
  await writeFile(join(directory, "certificate"), sandbox.clientCertificateKubeconfig, { mode: 0o600 });
}

const environment = (config: string, more: Record<string, string> = {}) => ({
  ...process.env,
  HOME: directory,
  KUBECONFIG: join(directory, config),
  ...more,
});

/** Runs kubectl with the tenant's kubeconfig, or another file of the directory. */
async function kubectl(
  args: string[],
  options: { config?: string; environment?: Record<string, string> } = {},
): Promise<string> {
  const env = environment(options.config ?? "kubeconfig", options.environment);
  const { stdout } = await run("kubectl", args, { env, cwd: directory });
  return stdout;
}

async function manifest(name: string, text: string): Promise<string> {
  await writeFile(join(directory, name), text);
  return join(directory, name);
}

const cluster = (disk: string) => `
apiVersion: apps.cozystack.io/v1alpha1
kind: Kubernetes
metadata:
  name: prod
  labels: { team: platform }
spec:
  version: v1.33
  nodeGroups:
    web: { minReplicas: 2, maxReplicas: 4, instanceType: s1.large, ${disk}: 20Gi, resources: {}, roles: [ingress-nginx] }
`;

const disks = { "1.1.2": "ephemeralStorage", "1.6.2": "diskSize" } as const;

async function until(args: string[], text: string): Promise<void> {
  while (!(await kubectl(args)).includes(text)) await new Promise((resolve) => setTimeout(resolve, 50));
}

const readyText = ["get", "kubernetes", "prod", "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].message}'];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hikube-kubectl-"));
  await chmod(directory, 0o700);
});

afterEach(async () => {
  await sandbox.stop();
  await rm(directory, { recursive: true, force: true });
});

describe.each(["1.1.2", "1.6.2"] as const)("kubectl against platform %s", (profile) => {
  test("creates, reads, explains and deletes a cluster", async () => {
    await start(profile);
    const file = await manifest("prod.yaml", cluster(disks[profile]));
    expect(await kubectl(["create", "-f", file])).toContain("kubernetes.apps.cozystack.io/prod created");
    await until(readyText, "Helm install succeeded");
    const [header = "", row = ""] = (await kubectl(["get", "kubernetes"])).split("\n");
    expect(header.split(/\s+/)).toEqual(["NAME", "READY", "AGE", "VERSION"]);
    expect(row).toMatch(/^prod +True +[0-9]+s +[0-9a-f]{12}$/);
    const yaml = await kubectl(["get", "kubernetes", "prod", "-o", "yaml"]);
    expect(yaml).toContain("storageClass: replicated");
    expect(yaml).toContain("team: platform");
    expect(await kubectl(["api-resources", "--api-group", "apps.cozystack.io", "-o", "name"])).toContain(
      "kuberneteses.apps.cozystack.io",
    );
    expect(await kubectl(["explain", "kubernetes.spec.nodeGroups"])).toContain(disks[profile]);
    expect(await kubectl(["auth", "can-i", "update", "kuberneteses.apps.cozystack.io"])).toContain("yes");
    expect(await kubectl(["get", "workloadmonitors"])).toContain("kubernetes-prod-web");
    expect(await kubectl(["delete", "kubernetes", "prod"])).toContain('"prod" deleted');
    await until(["get", "kubernetes", "-o", "jsonpath=count {.items[*].metadata.name}."], "count .");
  });

  test("applies, patches and edits, and every write becomes a release", async () => {
    await start(profile);
    const file = await manifest("prod.yaml", cluster(disks[profile]));
    await kubectl(["apply", "-f", file]);
    await until(readyText, "kubernetes-prod.v1");
    await writeFile(file, cluster(disks[profile]).replace("maxReplicas: 4", "maxReplicas: 5"));
    expect(await kubectl(["apply", "-f", file])).toContain("configured");
    await until(readyText, "kubernetes-prod.v2");
    await kubectl(["patch", "kubernetes", "prod", "--type", "merge", "-p", '{"spec":{"version":"v1.34"}}']);
    await until(readyText, "kubernetes-prod.v3");
    const editor = { KUBE_EDITOR: "sed -i 's/^  host: .*/  host: edited.example.com/'" };
    expect(await kubectl(["edit", "kubernetes", "prod"], { environment: editor })).toContain("edited");
    expect(await kubectl(["get", "kubernetes", "prod", "-o", "jsonpath={.spec.host}"])).toBe("edited.example.com");
  });
});

test("kubectl get -w sees a cluster become ready", async () => {
  await start("1.1.2");
  let seen = "";
  const watching: ChildProcess = spawn("kubectl", ["get", "kubernetes", "-w"], {
    env: environment("kubeconfig"),
    stdio: ["ignore", "pipe", "inherit"],
  });
  watching.stdout?.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
  });
  await expect.poll(() => sandbox.requests.some(({ query }) => /watch=/.test(query))).toBe(true);
  await kubectl(["create", "-f", await manifest("prod.yaml", cluster("ephemeralStorage"))]);
  await expect.poll(() => seen).toMatch(/True/);
  watching.kill();
  expect(seen).toMatch(/prod +Unknown/);
  expect(seen).toMatch(/prod +True/);
});

test("a client certificate is as good as the token, and nothing is readable across namespaces", async () => {
  await start("1.1.2");
  expect(await kubectl(["get", "kubernetes", "-o", "name"], { config: "certificate" })).toBe("");
  await expect(kubectl(["get", "kubernetes", "-A"])).rejects.toThrow("at the cluster scope");
  await expect(kubectl(["get", "secrets"])).rejects.toThrow('secrets is forbidden: User "tenant-user"');
});

test("the admin kubeconfig leads to the nodes of the cluster", async () => {
  await start("1.6.2");
  await kubectl(["create", "-f", await manifest("prod.yaml", cluster("diskSize"))]);
  await until(readyText, "Helm install succeeded");
  const template = '{{ index .data "admin.conf" | base64decode }}';
  const config = await kubectl(["get", "secret", "kubernetes-prod-admin-kubeconfig", "-o", `go-template=${template}`]);
  await writeFile(join(directory, "prod"), config, { mode: 0o600 });
  expect(await readFile(join(directory, "prod"), "utf8")).toContain("https://127.0.0.1:");
  const wide = await kubectl(["get", "nodes", "-o", "wide"], { config: "prod" });
  expect(wide).toMatch(/kubernetes-prod-web-\S+ +Ready +ingress-nginx +\S+ +v1\.33\.13/);
  expect(await kubectl(["version"], { config: "prod" })).toContain("Server Version: v1.33.13");
  expect(await kubectl(["get", "daemonsets", "-A"], { config: "prod" })).toContain("cilium");
});
