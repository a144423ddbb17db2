import { afterEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

let clock: IdleClock;
let sandbox: Sandbox;
let client: SandboxClient;

async function start(): Promise<void> {
  clock = idleClock();
  sandbox = await startSandbox({ profile: "1.1.2", speed: 50, clock });
  client = sandboxClient(sandbox, clock);
}

afterEach(async () => {
  client.close();
  await sandbox.stop();
  clock.stop();
});

const upgrade = () => clock.during(() => sandbox.migrate("1.6.2"));
const monitors = async () => {
  const { body } = await client.call(
    "GET",
    `/apis/cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/workloadmonitors`,
  );
  return (body["items"] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
};

test("platform upgrade > rolls the clusters out with the new chart and adds the machines of md0", async () => {
  await start();
  await client.create("a", { version: "v1.34", nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
  await client.until("a", "True", "kubernetes-a.v1");
  expect(await monitors()).toEqual(["kubernetes-a", "kubernetes-a-web"]);
  await upgrade();
  const cluster = await client.until("a", "True", "kubernetes-a.v2");
  expect(JSON.stringify(cluster["status"])).toContain("chart kubernetes@1.6.2");
  expect(await monitors()).toEqual(["kubernetes-a", "kubernetes-a-md0", "kubernetes-a-web"]);
  expect(sandbox.stored("Kubernetes", "a")?.finalizers).toEqual(["finalizers.fluxcd.io"]);
});

test("platform upgrade > raises v1.30, and the new chart refuses the groups with both disk keys", async () => {
  await start();
  await client.create("a", { version: "v1.30", nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
  await client.until("a", "True", "kubernetes-a.v1");
  await upgrade();
  const failed = await client.until("a", "False");
  expect(JSON.stringify(failed["status"])).toContain("ephemeralStorage is no longer supported");
  expect(failed["spec"]).toMatchObject({ version: "v1.31" });
  await client.patch("a", [
    { op: "remove", path: "/spec/nodeGroups/md0" },
    { op: "remove", path: "/spec/nodeGroups/web/ephemeralStorage" },
  ]);
  await client.until("a", "True", "kubernetes-a.v2");
  expect(await monitors()).toEqual(["kubernetes-a", "kubernetes-a-web"]);
});

test("platform upgrade > keeps addresses and logins, and serves the new API", async () => {
  await start();
  await client.create("a", { nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
  await client.until("a", "True", "kubernetes-a.v1");
  const secret = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-a-admin-kubeconfig`;
  const kubeconfig = (await client.call("GET", secret)).text;
  const options = `/apis/core.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/options`;
  expect((await client.call("GET", options)).status).toBe(404);
  const token = sandbox.issueToken();
  await upgrade();
  expect((await client.call("GET", secret)).text).toBe(kubeconfig);
  expect((await client.call("GET", options, { token })).status).toBe(200);
  expect(sandbox.requests.some(({ method }) => method === "POST")).toBe(true);
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "answer", status: 503 } });
  expect((await client.get("a")).status).toBe(503);
});

test("platform upgrade > leads to a newer version only", async () => {
  await start();
  await expect(sandbox.migrate("1.1.2")).rejects.toThrow("Platform 1.1.2 cannot be changed to 1.1.2.");
  await upgrade();
  await expect(sandbox.migrate("1.1.2")).rejects.toThrow("Platform 1.6.2 cannot be changed to 1.1.2.");
});
