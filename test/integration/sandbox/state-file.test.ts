import { spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { completeGroup, sandboxClient } from "../../support/sandbox-client.ts";

let stateDir: string;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "hikube-state-"));
});

afterEach(async () => {
  await rm(stateDir, { recursive: true, force: true });
});

const nodeGroups = { md0: null, web: completeGroup("1.1.2") };

test("state file > restores clusters, token and address after a restart", async () => {
  const first = await startSandbox({ profile: "1.1.2", speed: 100, stateDir });
  const client = sandboxClient(first);
  await client.create("a", { nodeGroups });
  await client.until("a", "True");
  const path = `/api/v1/namespaces/${first.namespace}/secrets/kubernetes-a-admin-kubeconfig`;
  const kubeconfig = (await client.call("GET", path)).text;
  client.close();
  await first.stop();
  const second = await startSandbox({ profile: "1.1.2", speed: 100, stateDir });
  const again = sandboxClient(second);
  expect([second.url, second.token, second.caCertificate]).toEqual([first.url, first.token, first.caCertificate]);
  await again.until("a", "True", "kubernetes-a.v1");
  expect((await again.call("GET", path)).text).toBe(kubeconfig);
  await again.change("a", { spec: { nodeGroups: { md0: null }, host: "h" } });
  await again.until("a", "True", "kubernetes-a.v2");
  again.close();
  await second.stop();
});

test("state file > keeps answered writes after a kill, and a running install continues", async () => {
  const script = `
    const { startSandbox } = await import(${JSON.stringify(new URL("../../../src/sandbox/sandbox.ts", import.meta.url).href)});
    const sandbox = await startSandbox({ profile: "1.1.2", stateDir: ${JSON.stringify(stateDir)}, namespace: "tenant-k" });
    const { Agent, request } = await import("node:https");
    const body = JSON.stringify({ metadata: { name: "a", labels: { a: "b" } }, spec: ${JSON.stringify({ nodeGroups })} });
    const agent = new Agent({ ca: sandbox.caCertificate });
    const headers = { authorization: "Bearer " + sandbox.token, "content-type": "application/json" };
    const url = sandbox.url + "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-k/kuberneteses";
    request(url, { method: "POST", agent, headers }, () => process.kill(process.pid, "SIGKILL")).end(body);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const signal = await new Promise((resolve) => child.on("exit", (_, reason) => resolve(reason)));
  expect(signal).toBe("SIGKILL");
  const sandbox = await startSandbox({ profile: "1.1.2", speed: 100, stateDir });
  const client = sandboxClient(sandbox);
  expect(sandbox.namespace).toBe("tenant-k");
  await client.until("a", "True", "kubernetes-a.v1");
  client.close();
  await sandbox.stop();
});

test("state file > is readable by its owner only", async () => {
  const sandbox = await startSandbox({ profile: "1.1.2", stateDir });
  await sandbox.stop();
  expect((await stat(join(stateDir, "sandbox.json"))).mode & 0o777).toBe(0o600);
});

test("state file > refuses to start over an unreadable state or another platform's", async () => {
  const sandbox = await startSandbox({ profile: "1.6.2", stateDir });
  await sandbox.stop();
  await expect(startSandbox({ profile: "1.1.2", stateDir })).rejects.toThrow(
    "is of platform 1.6.2, which cannot be changed to 1.1.2",
  );
  await expect(startSandbox({ profile: "1.6.2", namespace: "tenant-x", stateDir })).rejects.toThrow(
    "namespace tenant-demo",
  );
  await writeFile(join(stateDir, "sandbox.json"), "{");
  await expect(startSandbox({ profile: "1.6.2", stateDir })).rejects.toThrow();
});

test("state file > upgrades an older platform's state once, and keeps the result", async () => {
  const first = await startSandbox({ profile: "1.1.2", controllers: "none", stateDir });
  const client = sandboxClient(first);
  await client.create("a", { nodeGroups });
  client.close();
  await first.stop();
  const second = await startSandbox({ profile: "1.6.2", controllers: "none", stateDir });
  const stored = second.stored("Kubernetes", "a");
  expect(stored?.values["nodeGroups"]).toMatchObject({ md0: { diskSize: "20Gi" }, web: { diskSize: "20Gi" } });
  expect([second.url, second.token]).toEqual([first.url, first.token]);
  await second.stop();
  const third = await startSandbox({ profile: "1.6.2", controllers: "none", stateDir });
  expect(third.stored("Kubernetes", "a")).toEqual(stored);
  await third.stop();
});
