import { afterEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";
import { type TenantClient, tenantClient } from "../../support/tenant-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;
let tenant: TenantClient;

async function start(profile: "1.1.2" | "1.6.2", spec: JsonObject): Promise<void> {
  clock = idleClock();
  sandbox = await startSandbox({ profile, speed: 50, clock });
  client = sandboxClient(sandbox, clock);
  await client.create("a", spec);
  await client.until("a", "True");
  tenant = await tenantClient(sandbox, client, "a", clock);
}

afterEach(async () => {
  tenant.close();
  client.close();
  await sandbox.stop();
  clock.stop();
});

const items = async (path: string) => (await tenant.get(path))["items"] as JsonObject[];
const names = async (path: string) =>
  (await items(path)).map((item) => (item["metadata"] as JsonObject)["name"] as string);
const kubelets = async () =>
  (await items("/api/v1/nodes")).map(
    (node) => ((node["status"] as JsonObject)["nodeInfo"] as JsonObject)["kubeletVersion"] as string,
  );

describe("tenant cluster", () => {
  test("shows its nodes with size, roles, GPUs and owner", async () => {
    const web = completeGroup("1.1.2", {
      minReplicas: 2,
      roles: ["ingress-nginx"],
      gpus: [{ name: "nvidia.com/AD102GL_L40S" }],
    });
    await start("1.1.2", { version: "v1.33", nodeGroups: { md0: null, web } });
    const nodes = await tenant.until(async () => {
      const found = await items("/api/v1/nodes");
      return found.length === 2 && found;
    });
    expect(nodes[0]).toMatchObject({
      metadata: {
        name: expect.stringMatching(/^kubernetes-a-web-[0-9a-f]{5}-[a-z0-9]{5}$/),
        labels: { "node-role.kubernetes.io/ingress-nginx": "", "node.kubernetes.io/instance-type": "s1.large" },
        annotations: { "cluster.x-k8s.io/owner-name": expect.stringMatching(/^kubernetes-a-web-[0-9a-f]{5}$/) },
      },
      status: {
        capacity: { cpu: "4", memory: `${8 * 1024 * 1024}Ki`, "nvidia.com/gpu": "1" },
        nodeInfo: { kubeletVersion: "v1.33.8" },
      },
    });
    expect(await tenant.get("/version")).toMatchObject({ gitVersion: "v1.33.8" });
  });

  test("upgrades the control plane by one minor and replaces the nodes one by one", async () => {
    await start("1.6.2", { version: "v1.33", nodeGroups: { web: completeGroup("1.6.2", { minReplicas: 3 }) } });
    await tenant.until(async () => (await kubelets()).length === 3);
    await client.change("a", { spec: { version: "v1.34" } });
    await tenant.until(async () => new Set(await kubelets()).size === 2);
    await tenant.until(
      async () => (await kubelets()).every((version) => version === "v1.34.9") && (await kubelets()).length === 3,
    );
    expect(await tenant.get("/version")).toMatchObject({ gitVersion: "v1.34.9" });
  });

  test.each([
    ["a skipped minor", "v1.35", "v1.35.1"],
    ["a downgrade", "v1.32", "v1.32.12"],
  ])("keeps the control plane and changes the kubelet at %s", async (_, version, kubelet) => {
    await start("1.1.2", { version: "v1.33", nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
    await client.change("a", { spec: { version, nodeGroups: { md0: null } } });
    await client.until("a", "True", "Helm upgrade succeeded");
    await tenant.until(async () => (await kubelets()).every((one) => one === kubelet) && (await kubelets()).length > 0);
    expect(await tenant.get("/version")).toMatchObject({ gitVersion: "v1.33.8" });
  });

  test("installs and uninstalls an add-on as a Helm release with its workload", async () => {
    const group = { md0: null, web: completeGroup("1.1.2") };
    await start("1.1.2", { nodeGroups: group, addons: { certManager: { enabled: true } } });
    await tenant.until(async () =>
      (await names("/api/v1/namespaces/cozy-cert-manager/secrets")).includes("sh.helm.release.v1.cert-manager.v1"),
    );
    const selector = encodeURIComponent("owner=helm,status=deployed,name=cert-manager");
    expect(await names(`/api/v1/secrets?labelSelector=${selector}`)).toEqual(["sh.helm.release.v1.cert-manager.v1"]);
    await tenant.until(async () => {
      const [deployment] = await items("/apis/apps/v1/namespaces/cozy-cert-manager/deployments");
      return (deployment?.["status"] as JsonObject | undefined)?.["availableReplicas"] === 1;
    });
    await client.change("a", { spec: { nodeGroups: { md0: null }, addons: { certManager: { enabled: false } } } });
    await tenant.until(async () => (await names("/api/v1/namespaces/cozy-cert-manager/secrets")).length === 0);
  });

  test("never deploys monitoring without cert-manager on 1.1", async () => {
    const addons = { monitoringAgents: { enabled: true }, velero: { enabled: true } };
    await start("1.1.2", { nodeGroups: { md0: null, web: completeGroup("1.1.2") }, addons });
    await tenant.until(async () => (await names("/api/v1/secrets")).includes("sh.helm.release.v1.velero.v1"));
    expect((await names("/api/v1/secrets")).join()).not.toContain("monitoring-agents");
  });

  test("has one storage class on 1.1, and those of the platform on 1.6", async () => {
    await start("1.1.2", {});
    expect(await names("/apis/storage.k8s.io/v1/storageclasses")).toEqual(["kubevirt"]);
    tenant.close();
    client.close();
    await sandbox.stop();
    clock.stop();
    await start("1.6.2", {});
    expect(await names("/apis/storage.k8s.io/v1/storageclasses")).toEqual([
      "kubevirt",
      "replicated",
      "replicated-async",
    ]);
  });
});
