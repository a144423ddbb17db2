import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClusterKubeconfig, KubeconfigOptions } from "../../../../src/core/cluster/kubeconfig.ts";
import type { HikubeOptions } from "../../../../src/core/hikube.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const secret = "kubernetes-prod-admin-kubeconfig";
let tenancy: Tenancy;

beforeEach(async () => {
  tenancy = await startTenancy("1.6.2");
});
afterEach(() => tenancy.stop());

const create = () => tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));

/** Creates the cluster as another client does. */
async function post(): Promise<void> {
  const client = await tenancy.client();
  const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${tenancy.sandbox.namespace}/kuberneteses`;
  const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", metadata: { name: "prod" }, spec: {} };
  await client.request({ method: "POST", path, body });
}

async function login(
  options: Partial<KubeconfigOptions> = {},
  core: Partial<HikubeOptions> = {},
): Promise<ClusterKubeconfig> {
  const hikube = await tenancy.another(core);
  return await hikube.clusters.awaitKubeconfig(tenancy.id("prod"), {
    signal: new AbortController().signal,
    deadline: tenancy.clock.now() + 900_000,
    waitFor: "ready",
    ...options,
  });
}

/** Stores a kubeconfig in place of the platform's. */
const store = (text: string) =>
  tenancy.sandbox.put("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secret,
      namespace: tenancy.sandbox.namespace,
      labels: { "internal.cozystack.io/tenantresource": "true" },
    },
    type: "Opaque",
    data: { "admin.conf": Buffer.from(text).toString("base64") },
  });

const refuse = (status: number, reason: string, times = Number.POSITIVE_INFINITY) =>
  tenancy.sandbox.faults.add({
    match: { path: new RegExp(secret), times },
    action: {
      kind: "answer",
      status,
      body: {
        kind: "Status",
        apiVersion: "v1",
        status: "Failure",
        reason,
        message: `${secret}: ${reason}`,
        code: status,
      },
    },
  });

describe("awaitKubeconfig", () => {
  test("returns the kubeconfig of a running cluster, with which its API answers", async () => {
    await create();
    const { text, parts } = await login();
    const client = await tenancy.open(text);
    expect(await client.request({ method: "GET", path: "/version" })).toHaveProperty("gitVersion");
    expect(parts.server).toBe(client.server);
    expect(parts.clientKey).toContain("PRIVATE KEY");
  });

  test("waits for a cluster that is being installed, and reports the progress", async () => {
    const making = create();
    await tenancy.clock.until(() => tenancy.sandbox.writes > 0);
    const told: string[] = [];
    const { parts } = await login({ progress: (message) => told.push(message) });
    expect(parts.server).toMatch(/^https:/);
    expect(told[0]).toContain("cluster prod: the control plane is not running");
    await making;
  });

  test("waits for an API server that is coming up", async () => {
    await create();
    let refusals = 3;
    const { parts } = await login(
      {},
      {
        connectTenant: async (kubeconfig) => {
          const client = await tenancy.open(kubeconfig);
          return {
            ...client,
            request: async (request) => {
              if (refusals-- > 0) throw new KubeError("Network", "The API cannot be reached: connection refused.");
              return await client.request(request);
            },
          };
        },
      },
    );
    expect(refusals).toBeLessThan(0);
    expect(parts.server).toMatch(/^https:/);
  });

  test("waits for a platform that does not answer for a moment", async () => {
    await create();
    refuse(503, "ServiceUnavailable", 40);
    const told: string[] = [];
    const { parts } = await login({ progress: (message) => told.push(message) });
    expect(parts.server).toMatch(/^https:/);
    expect(told).toEqual(["cluster prod: the platform's API does not answer"]);
  });

  test("reads the kubeconfig again while the old one does not answer", async () => {
    await create();
    const { text } = await login();
    store(text.replaceAll(/server: https:\/\/127.0.0.1:\d+/g, "server: https://127.0.0.1:1"));
    const told: string[] = [];
    const again = login({
      progress: (message) => {
        told.push(message);
        store(text);
      },
    });
    expect((await again).text).toBe(text);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("the cluster's API at https://127.0.0.1:1 does not answer");
  });

  test("does not contact the cluster where the kubeconfig suffices", async () => {
    await create();
    const { parts } = await login(
      { waitFor: "exists" },
      { connectTenant: () => Promise.reject(new Error("contacted")) },
    );
    expect(parts.clientCertificate).toContain("CERTIFICATE");
  });

  test("stops at once when it is aborted", async () => {
    await create();
    refuse(404, "NotFound");
    const stop = new AbortController();
    const error = await failed(login({ signal: stop.signal, progress: () => stop.abort() }));
    expect(error.code).toBe("Stopped");
  });
});

describe("awaitKubeconfig rejects", () => {
  test("a cluster that does not exist", async () => {
    const error = await failed(login());
    expect(error).toMatchObject({ code: "NotFound", path: ["clusterId"] });
    expect(error.message).toContain("There is no cluster tenant-demo/prod on https://127.0.0.1:");
  });

  test("a cluster that is being deleted", async () => {
    await create();
    const removing = tenancy.hikube.clusters.remove(tenancy.id("prod"), wish());
    await tenancy.clock.until(() => tenancy.sandbox.requests.some(({ method }) => method === "DELETE"));
    const error = await failed(login());
    expect(error).toMatchObject({ code: "Deleting", summary: "Cluster prod is being deleted" });
    await removing;
  });

  test("a cluster that never becomes ready, with what the platform says", async () => {
    tenancy.sandbox.faults.lifecycle("prod", { installFails: "context deadline exceeded" });
    await post();
    const error = await failed(login({ deadline: tenancy.clock.now() + 60_000 }));
    expect(error).toMatchObject({ code: "Timeout", summary: "No login to cluster prod yet" });
    expect(error.message).toMatch(/^After 1m the control plane is not running: .*context deadline exceeded/);
  });

  test("a cluster that the platform cannot install, at once", async () => {
    tenancy.sandbox.faults.lifecycle("prod", {
      installFails: "execution error at (kubernetes/templates/cluster.yaml:1): no",
    });
    await post();
    const error = await failed(login());
    expect(error).toMatchObject({ code: "Refused", summary: "Cluster prod cannot become ready" });
    expect(error.message).toContain("execution error at");
  });

  test("a login without the right to read the kubeconfig", async () => {
    await create();
    refuse(403, "Forbidden");
    const error = await failed(login());
    expect(error).toMatchObject({ code: "Denied", summary: "No right to read the kubeconfig of cluster prod" });
    expect(error.hint).toContain("role `use`");
  });

  test.each([
    ["not YAML", "a: [", /is not valid YAML/],
    ["empty of contexts", "apiVersion: v1", /has no current context/],
    [
      "without credentials",
      JSON.stringify({
        "current-context": "a",
        contexts: [{ name: "a", context: { cluster: "a" } }],
        clusters: [{ name: "a", cluster: { server: "https://x.example.org" } }],
      }),
      /contains no client certificate and no token/,
    ],
  ])("a kubeconfig that is %s", async (_, text, message) => {
    await create();
    store(text);
    const error = await failed(login());
    expect(error).toMatchObject({ code: "Unreachable", summary: "Invalid kubeconfig of cluster prod" });
    expect(error.message).toMatch(message);
  });

  test("an API behind a name that does not resolve, with the record to create", async () => {
    await create();
    const { text } = await login();
    store(text.replaceAll(/https:\/\/127.0.0.1:\d+/g, "https://api.prod.invalid"));
    const error = await failed(login());
    expect(error).toMatchObject({ code: "Unreachable", summary: "The name of cluster prod does not resolve" });
    expect(error.hint).toContain("Create a DNS record for api.prod.invalid");
    expect(error.hint).toContain("Ingress kubernetes-prod");
  });
});
