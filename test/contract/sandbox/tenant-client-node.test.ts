import {
  AppsV1Api,
  CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  type V1ConfigMap,
} from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { adminKubeconfig, completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

// A controller of a user's, written with client-node and none of this project's code, inside a tenant cluster.

let sandbox: Sandbox;
let client: SandboxClient;
let config: KubeConfig;

beforeEach(async () => {
  sandbox = await startSandbox({ profile: "1.1.2", speed: 100 });
  client = sandboxClient(sandbox);
  const nodeGroups = { md0: null, web: completeGroup("1.1.2") };
  await client.create("prod", { nodeGroups, addons: { certManager: { enabled: true } } });
  await client.until("prod", "True");
  config = new KubeConfig();
  config.loadFromString(await adminKubeconfig(client, sandbox, "prod"));
});

afterEach(async () => {
  client.close();
  await sandbox.stop();
});

const namespace = "default";
const configMap = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({ metadata: { name }, data });

describe("client-node in a tenant cluster", () => {
  test("an informer follows creations, changes and deletions, also those between two watches", async () => {
    const core = config.makeApiClient(CoreV1Api);
    const informer: Informer<V1ConfigMap> & { list(): readonly V1ConfigMap[] } = makeInformer(
      config,
      `/api/v1/namespaces/${namespace}/configmaps`,
      () => core.listNamespacedConfigMap({ namespace }),
    );
    const seen: string[] = [];
    for (const verb of ["add", "update", "delete"] as const) {
      informer.on(verb, ({ metadata }) => seen.push(`${verb} ${metadata?.name}`));
    }
    informer.on("error", () => {});
    await core.createNamespacedConfigMap({ namespace, body: configMap("first") });
    await informer.start();
    await core.createNamespacedConfigMap({ namespace, body: configMap("second") });
    await expect.poll(() => seen).toContain("add second");
    await core.replaceNamespacedConfigMap({ namespace, name: "second", body: configMap("second", { a: "b" }) });
    await expect.poll(() => seen).toContain("update second");
    await informer.stop();
    await core.deleteNamespacedConfigMap({ namespace, name: "first" });
    await informer.start();
    await expect.poll(() => seen).toContain("delete first");
    expect(
      informer
        .list()
        .map(({ metadata }) => metadata?.name)
        .sort(),
    ).toEqual(["kube-root-ca.crt", "second"]);
    await informer.stop();
  });

  test("a deployment becomes ready, with pods that can be listed", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const labels = { app: "web" };
    const spec = { containers: [{ name: "web", image: "nginx:1" }] };
    const body = {
      metadata: { name: "web" },
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    };
    await apps.createNamespacedDeployment({ namespace, body });
    const ready = async () =>
      (await apps.readNamespacedDeploymentStatus({ namespace, name: "web" })).status?.readyReplicas;
    await expect.poll(ready).toBe(2);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector: "app=web" });
    expect(items.map(({ status }) => status?.phase)).toEqual(["Running", "Running"]);
    expect(items[0]?.status?.startTime).toBeInstanceOf(Date);
  });

  test("objects of any kind are created, patched and deleted through discovery", async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const definitions = () =>
      config.makeApiClient(CustomObjectsApi).getAPIResources({ group: "cert-manager.io", version: "v1" });
    await expect.poll(async () => await definitions().catch(() => undefined)).toBeDefined();
    const issuer = { apiVersion: "cert-manager.io/v1", kind: "Issuer", metadata: { name: "ca", namespace } };
    const made = await objects.create({ ...issuer, spec: { selfSigned: {} } } as typeof issuer);
    expect(made.metadata).toMatchObject({ name: "ca", generation: 1 });
    await objects.patch(
      { ...issuer, spec: { ca: { secretName: "ca" } } } as typeof issuer,
      undefined,
      undefined,
      undefined,
      undefined,
      "application/merge-patch+json",
    );
    expect(await objects.read(issuer)).toMatchObject({ spec: { selfSigned: {}, ca: { secretName: "ca" } } });
    await objects.delete(issuer);
    await expect(objects.read(issuer)).rejects.toMatchObject({ code: 404 });
  });
});
