import { afterEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { completeGroup, readyOf, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;

async function start(profile: "1.1.2" | "1.6.2", speed = 50): Promise<void> {
  clock = idleClock();
  sandbox = await startSandbox({ profile, speed, clock });
  client = sandboxClient(sandbox, clock);
}

afterEach(async () => {
  client.close();
  await sandbox.stop();
  clock.stop();
});

async function until<T>(what: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    await clock.sleep(5);
  }
}

async function monitor(name: string): Promise<JsonObject | undefined> {
  const path = `/apis/cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/workloadmonitors/${name}`;
  const { status, body } = await client.call("GET", path);
  return status === 200 ? body : undefined;
}

const counts = async (name: string) => (await monitor(name))?.["status"] as JsonObject | undefined;

describe.each(["1.1.2", "1.6.2"] as const)("cluster lifecycle on %s", (profile) => {
  const groups = { md0: null, web: completeGroup(profile, { minReplicas: 2 }) };

  test("installs, upgrades with increasing release numbers, and uninstalls", async () => {
    await start(profile);
    sandbox.faults.lifecycle("a", { neverFinishes: true });
    await client.create("a", { version: "v1.33", nodeGroups: groups });
    await client.until("a", "Unknown", "Running 'install' action");
    sandbox.faults.lifecycle("a", {});
    await client.until(
      "a",
      "True",
      `Helm install succeeded for release ${sandbox.namespace}/kubernetes-a.v1 with chart kubernetes@`,
    );
    await until(async () => (await counts("kubernetes-a-web"))?.["availableReplicas"] === 2);
    expect((await counts("kubernetes-a-web"))?.["operational"]).toBe(profile === "1.1.2" ? undefined : true);
    await client.change("a", [{ op: "replace", path: "/spec/host", value: "h" }]);
    expect(readyOf((await client.get("a")).body)?.["message"]).toContain("kubernetes-a.v1");
    await client.until("a", "True", "kubernetes-a.v2");
    await client.call("DELETE", `${client.clusters}/a`);
    await until(async () => (await client.get("a")).status === 404);
    expect(await monitor("kubernetes-a")).toBeUndefined();
  });

  test("keeps a repaired cluster broken until its stored values change", async () => {
    await start(profile);
    await client.create("a", { version: "v1.33", nodeGroups: groups });
    await client.until("a", "True", "v1");
    await client.change("a", [{ op: "add", path: "/spec/nodeGroups/md0", value: null }]);
    await client.until("a", "True", "v2");
    const null0 = { op: "add", path: "/spec/nodeGroups/md0", value: null };
    await client.change("a", [{ op: "replace", path: "/spec/version", value: "v1.99" }, null0]);
    await client.until("a", "False", "- at '/version': value must be one of 'v1.35'");
    await client.change("a", [{ op: "replace", path: "/spec/version", value: "v1.33" }, null0]);
    await clock.sleep(100);
    expect(readyOf((await client.get("a")).body)).toMatchObject({ status: "False", reason: "UpgradeFailed" });
    await client.change("a", [{ op: "remove", path: "/spec/host" }, null0]);
    await client.until("a", "True", "v3");
  });

  test("forbids the kubeconfig until the chart is installed", async () => {
    await start(profile, 5);
    await client.create("a", { nodeGroups: groups });
    const secret = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-a-admin-kubeconfig`;
    expect((await client.call("GET", secret)).status).toBe(403);
    const found = await until(async () => {
      const answer = await client.call("GET", secret);
      return answer.status === 200 && answer.body;
    });
    expect(Object.keys(found["data"] as JsonObject)).toEqual([
      "admin.conf",
      "admin.svc",
      "super-admin.conf",
      "super-admin.svc",
    ]);
    const listed = await client.call(
      "GET",
      `/apis/core.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/tenantsecrets`,
    );
    expect(listed.text).toContain("kubernetes-a-admin-kubeconfig");
    expect(listed.text).not.toContain("internal.cozystack.io");
  });

  test("reports a downgrade as UpgradeSucceeded, and adds the monitor of a new group", async () => {
    await start(profile);
    await client.create("a", { version: "v1.34", nodeGroups: groups });
    await client.until("a", "True", "v1");
    await client.change("a", [
      { op: "replace", path: "/spec/version", value: "v1.33" },
      { op: "add", path: "/spec/nodeGroups/ml", value: completeGroup(profile) },
    ]);
    await client.until("a", "True", "Helm upgrade succeeded");
    await until(async () => await counts("kubernetes-a-ml"));
  });

  test("ends an action at Helm's time-out, and remediates", async () => {
    await start(profile, 200);
    sandbox.faults.lifecycle("a", { neverFinishes: true });
    await client.create("a", { nodeGroups: groups });
    await client.until("a", "False", "context deadline exceeded");
    if (profile === "1.1.2") await client.until("a", "False", "Helm uninstall remediation");
    sandbox.faults.lifecycle("a", {});
    await client.until("a", "True");
  });

  test("reports a chart failure until it is resolved", async () => {
    await start(profile, 500);
    sandbox.faults.lifecycle("a", { installFails: "no luck" });
    await client.create("a", { nodeGroups: groups });
    const failed = await client.until("a", "False", "with chart kubernetes@");
    expect(readyOf(failed)?.["message"]).toMatch(/: no luck$/);
    sandbox.faults.lifecycle("a", {});
    await client.until("a", "True", "v1");
  });

  test("counts the machines of a stuck group as unavailable", async () => {
    await start(profile);
    sandbox.faults.lifecycle("a", { groupStuck: "web" });
    await client.create("a", { nodeGroups: groups });
    await client.until("a", "True");
    await until(async () => (await counts("kubernetes-a-web"))?.["observedReplicas"] === 2);
    expect((await counts("kubernetes-a-web"))?.["availableReplicas"]).toBe(0);
    sandbox.faults.lifecycle("a", {});
    await until(async () => (await counts("kubernetes-a-web"))?.["availableReplicas"] === 2);
  });

  test("reports a quota refusal in events, never in the object", async () => {
    await start(profile);
    sandbox.faults.lifecycle("a", { quota: "exceeded quota: tenant-quota, requested: requests.cpu=8" });
    await client.create("a", { nodeGroups: groups });
    await client.until("a", "True");
    const { text } = await client.call("GET", `/api/v1/namespaces/${sandbox.namespace}/events`);
    expect(text).toContain("exceeded quota: tenant-quota");
    expect((await counts("kubernetes-a-web"))?.["observedReplicas"] ?? 0).toBe(0);
  });
});

describe("platform 1.1", () => {
  test("adds md0 with two machines although its minimum is 0", async () => {
    await start("1.1.2");
    await client.create("a", { nodeGroups: { web: completeGroup("1.1.2") } });
    await until(async () => (await counts("kubernetes-a-md0"))?.["availableReplicas"] === 2);
  });

  test("resets a group to two machines at every upgrade until the autoscaler acts", async () => {
    await start("1.1.2", 20);
    await client.create("a", {
      nodeGroups: { md0: null, web: completeGroup("1.1.2", { minReplicas: 3, maxReplicas: 5 }) },
    });
    await until(async () => (await counts("kubernetes-a-web"))?.["availableReplicas"] === 3);
    await client.change("a", { spec: { host: "h", nodeGroups: { md0: null } } });
    await until(async () => (await counts("kubernetes-a-web"))?.["availableReplicas"] === 2);
    await until(async () => (await counts("kubernetes-a-web"))?.["availableReplicas"] === 3);
  });
});

describe("platform 1.6", () => {
  const nodes = () => `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kubernetesnodeses`;
  const create = (name: string) =>
    client.call("POST", nodes(), {
      body: { metadata: { name, labels: { a: "b" } }, spec: { cluster: "a", minReplicas: 1 } },
    });
  const failure = (name: string) =>
    until(async () => {
      const ready = readyOf((await client.call("GET", `${nodes()}/${name}`)).body);
      return ready?.["status"] === "False" && String(ready["message"]);
    });

  test("creates and deletes the machines of a KubernetesNodes pool", async () => {
    await start("1.6.2");
    await client.create("a", {});
    await client.until("a", "True");
    await create("a-pool");
    await until(async () => (await counts("kubernetes-a-pool"))?.["operational"] === true);
    expect((await monitor("kubernetes-a-pool"))?.["metadata"]).toHaveProperty(
      "labels",
      expect.objectContaining({
        "apps.cozystack.io/application.kind": "KubernetesNodes",
        "apps.cozystack.io/application.name": "a-pool",
      }),
    );
    await client.call("DELETE", `${nodes()}/a-pool`);
    await until(async () => (await monitor("kubernetes-a-pool")) === undefined);
  });

  test("fails to install a pool that is misnamed or conflicts with the implicit md0", async () => {
    await start("1.6.2");
    await client.create("a", {});
    await client.until("a", "True");
    await create("a-md0");
    expect(await failure("a-md0")).toContain('is already managed by release "kubernetes-a"');
    await create("other");
    expect(await failure("other")).toContain("must start with");
  });

  test("derives WorkloadsReady from the monitors", async () => {
    await start("1.6.2");
    sandbox.faults.lifecycle("a", { groupStuck: "web" });
    await client.create("a", { nodeGroups: { web: completeGroup("1.6.2") } });
    await until(async () => (await client.get("a")).text.includes("One or more workloads are not operational"));
    sandbox.faults.lifecycle("a", {});
    await until(async () => (await client.get("a")).text.includes("All workloads are operational"));
  });
});

test("finalizer > is missing after a write of labels only, and a delete orphans the cluster", async () => {
  await start("1.1.2");
  await client.create("a", { nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
  await client.until("a", "True", "v1");
  // The first patch stores all defaults, so the second changes the labels only.
  await client.change("a", { spec: { host: "" } });
  await client.until("a", "True", "v2");
  await client.change("a", { metadata: { labels: { x: "y" } } });
  await client.call("DELETE", `${client.clusters}/a`);
  expect((await client.get("a")).status).toBe(404);
  await clock.sleep(100);
  expect(await monitor("kubernetes-a-web")).toBeDefined();
  await client.create("a", { nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
  await client.until("a", "True", "Helm upgrade succeeded");
});

test.each([
  [33, "True", "Helm install succeeded"],
  [34, "False", "must be no more than 63 characters"],
] as const)("cluster name > of %i characters ends in %s", async (length, status, text) => {
  await start("1.1.2");
  const name = "a".repeat(length);
  await client.create(name, { version: "v1.33", nodeGroups: { md0: null } });
  await client.until(name, status, text);
});
