import { afterEach, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { createQuota, parseQuota } from "../../../src/sandbox/machines/quota.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

test("quota option > takes cpu and memory in any order", () => {
  expect(parseQuota("memory=8Gi, cpu=4")).toEqual({ cpu: "4", memory: "8Gi" });
  expect(parseQuota("cpu=1500m")).toEqual({ cpu: "1500m" });
});

test("quota > refuses a machine with all exceeded limits in the platform's words", () => {
  const quota = createQuota({ cpu: "4", memory: "8Gi" });
  expect(quota.hard).toMatchObject({ "limits.cpu": "4", "requests.cpu": "400m", "limits.memory": "8Gi" });
  expect(quota.refusal([], { cpu: "4", memory: "8Gi" })).toBeUndefined();
  expect(quota.refusal([], { cpu: "5", memory: "8Gi" })).toBe(
    "exceeded quota: tenant-quota, requested: limits.cpu=5,requests.cpu=500m, used: limits.cpu=0,requests.cpu=0, limited: limits.cpu=4,requests.cpu=400m",
  );
});

describe.each(["1.1.2", "1.6.2"] as const)("quota on platform %s", (profile) => {
  let sandbox: Sandbox;
  let client: SandboxClient;
  afterEach(async () => {
    client.close();
    await sandbox.stop();
  });
  const start = async (quota: { cpu?: string; memory?: string }) => {
    sandbox = await startSandbox({ profile, speed: 200, quota });
    client = sandboxClient(sandbox);
  };
  const core = (kind: string) => `/api/v1/namespaces/${sandbox.namespace}/${kind}`;
  const items = async (path: string): Promise<JsonObject[]> => {
    const { body } = await client.call("GET", path);
    return (body["items"] ?? []) as JsonObject[];
  };
  const observed = async (group: string): Promise<Json | undefined> => {
    const path = `/apis/cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/workloadmonitors/kubernetes-a-${group}`;
    const { body } = await client.call("GET", path);
    return (body["status"] as JsonObject | undefined)?.["observedReplicas"];
  };
  const used = async () => {
    const quotas = await items(core("resourcequotas"));
    return (quotas[0]?.["status"] as JsonObject | undefined)?.["used"] as JsonObject | undefined;
  };
  /** s1.large: 4 CPUs, 8 GiB. */
  const groupOf = (min: number) => completeGroup(profile, { minReplicas: min, maxReplicas: 9 });

  test("stops a group below its minimum, reports it in events, and continues later", async () => {
    await start({ cpu: "16", memory: "1Ti" });
    await client.create("a", { nodeGroups: { md0: null, web: groupOf(3), db: groupOf(3) } });
    await client.until("a", "True");
    await expect.poll(async () => (await used())?.["limits.cpu"]).toBe("16");
    const refused = () =>
      items(core("events")).then((events) => events.map((event) => String(event["message"])).join("\n"));
    await expect.poll(refused).toContain("exceeded quota: tenant-quota, requested: limits.cpu=4");
    expect([await observed("web"), await observed("db")].map(Number).reduce((a, b) => a + b)).toBe(4);
    const md0 = profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : [];
    await client.change("a", [{ op: "remove", path: "/spec/nodeGroups/db" }, ...md0]);
    await expect.poll(() => observed("web")).toBe(3);
    expect((await used())?.["limits.cpu"]).toBe("12");
  });

  test("counts memory as well", async () => {
    await start({ memory: "8Gi" });
    await client.create("a", { nodeGroups: { md0: null, web: groupOf(2) } });
    await client.until("a", "True");
    await expect.poll(() => observed("web")).toBe(1);
    expect((await used())?.["limits.memory"]).toBe("8Gi");
  });
});
