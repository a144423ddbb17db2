import { Agent, get } from "node:https";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;

beforeEach(async () => {
  clock = idleClock();
  sandbox = await startSandbox({ profile: "1.1.2", clock });
  client = sandboxClient(sandbox, clock);
});

afterEach(async () => {
  client.close();
  await sandbox.stop();
  clock.stop();
});

describe("access", () => {
  test("refuses an invalid, revoked or expired token", async () => {
    expect((await client.call("GET", client.clusters, { token: "wrong" })).status).toBe(401);
    const token = sandbox.issueToken({ user: "ci" });
    expect((await client.call("GET", client.clusters, { token })).status).toBe(200);
    sandbox.revokeToken(token);
    expect((await client.call("GET", client.clusters, { token })).status).toBe(401);
    const brief = sandbox.issueToken({ expiresInMs: 0 });
    expect((await client.call("GET", client.clusters, { token: brief })).status).toBe(401);
  });

  test("lets anonymous requests read the version only", async () => {
    expect((await client.call("GET", "/version", { token: null })).status).toBe(200);
    const { status, body } = await client.call("GET", client.clusters, { token: null });
    expect(status).toBe(403);
    expect(body["message"]).toContain('User "system:anonymous" cannot list resource "kuberneteses"');
    expect((await client.call("GET", "/apis", { token: null })).status).toBe(403);
  });

  test("lets a viewer read clusters, but not write them or read secrets", async () => {
    const token = sandbox.issueToken({ role: "view", user: "eve" });
    expect((await client.call("GET", client.clusters, { token })).status).toBe(200);
    const body = { metadata: { name: "a" }, spec: {} };
    const { status, body: refusal } = await client.call("POST", client.clusters, { token, body });
    expect(status).toBe(403);
    expect(refusal["message"]).toContain('User "eve" cannot create resource "kuberneteses"');
    const secrets = `/apis/core.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/tenantsecrets`;
    expect((await client.call("GET", secrets, { token })).status).toBe(403);
  });

  test("lets a user without rights read discovery", async () => {
    const token = sandbox.issueToken({ role: "none" });
    expect((await client.call("GET", client.clusters, { token })).status).toBe(403);
    expect((await client.call("GET", "/openapi/v3", { token })).status).toBe(200);
  });

  test.each([
    ["another namespace", "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-other/kuberneteses", 403],
    ["every namespace", "/apis/apps.cozystack.io/v1alpha1/kuberneteses", 403],
    ["CRDs", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", 403],
    ["HelmReleases", "/apis/helm.toolkit.fluxcd.io/v2/namespaces/tenant-demo/helmreleases", 403],
    ["all secrets", "/api/v1/namespaces/tenant-demo/secrets", 403],
    ["StorageClasses on 1.1", "/apis/storage.k8s.io/v1/storageclasses", 403],
    ["the namespace's Ingresses", "/apis/networking.k8s.io/v1/namespaces/tenant-demo/ingresses", 200],
    ["the Ingresses of another namespace", "/apis/networking.k8s.io/v1/namespaces/tenant-other/ingresses", 403],
    ["the namespace's Services", "/api/v1/namespaces/tenant-demo/services", 200],
    ["namespaces", "/api/v1/namespaces", 403],
    ["instance types", "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineclusterinstancetypes", 200],
    ["the tenant's namespaces", "/apis/core.cozystack.io/v1alpha1/tenantnamespaces", 200],
    ["options on 1.1", "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo/options", 404],
    ["the status subresource", "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/kuberneteses/a/status", 404],
    ["some other path", "/metrics", 403],
  ])("answers a tenant's request for %s", async (_, path, status) => {
    expect((await client.call("GET", path)).status).toBe(status);
  });

  test("refuses a body in an unknown format", async () => {
    const body = "x";
    expect((await client.call("POST", client.clusters, { body, contentType: "text/plain" })).status).toBe(415);
    const patch = await client.call("PATCH", `${client.clusters}/a`, { body });
    expect(patch.status).toBe(415);
    expect(patch.body["message"]).toContain("application/json-patch+json");
  });

  test("refuses a certificate of another authority", async () => {
    const other = await startSandbox({ profile: "1.1.2" });
    try {
      const { users } = parse(other.clientCertificateKubeconfig) as { users: { user: Record<string, string> }[] };
      const pem = (key: string) => Buffer.from(users[0]?.user[key] ?? "", "base64");
      const agent = new Agent({
        ca: sandbox.caCertificate,
        cert: pem("client-certificate-data"),
        key: pem("client-key-data"),
      });
      const status = await new Promise((resolve, reject) => {
        get(`${sandbox.url}${client.clusters}`, { agent }, (response) => resolve(response.statusCode)).on(
          "error",
          reject,
        );
      });
      agent.destroy();
      expect(status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  test("refuses a body above three megabytes", async () => {
    const body = JSON.stringify({ metadata: { name: "a" }, spec: { x: "y".repeat(3 * 1024 * 1024) } });
    expect((await client.call("POST", client.clusters, { body })).status).toBe(413);
  });

  test("serves everything but applications while the API server restarts", async () => {
    sandbox.restartApiServer(60);
    const answer = await client.call("GET", client.clusters);
    expect([answer.status, answer.text]).toEqual([503, "service unavailable\n"]);
    expect((await client.call("GET", `/api/v1/namespaces/${sandbox.namespace}/events`)).status).toBe(200);
    await clock.sleep(60);
    expect((await client.call("GET", client.clusters)).status).toBe(200);
  });
});
