import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type SandboxClient, sandboxClient } from "./sandbox-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await startSandbox({ profile: "1.1.2" });
  client = sandboxClient(sandbox);
});

afterEach(async () => {
  client.close();
  await sandbox.stop();
});

describe("who may do what", () => {
  test("a wrong, revoked or expired token is nobody", async () => {
    expect((await client.call("GET", client.clusters, { token: "wrong" })).status).toBe(401);
    const token = sandbox.issueToken({ user: "ci" });
    expect((await client.call("GET", client.clusters, { token })).status).toBe(200);
    sandbox.revokeToken(token);
    expect((await client.call("GET", client.clusters, { token })).status).toBe(401);
    const brief = sandbox.issueToken({ expiresInMs: 0 });
    expect((await client.call("GET", client.clusters, { token: brief })).status).toBe(401);
  });

  test("without credentials one is anonymous, and anonymous sees the version alone", async () => {
    expect((await client.call("GET", "/version", { token: null })).status).toBe(200);
    const { status, body } = await client.call("GET", client.clusters, { token: null });
    expect(status).toBe(403);
    expect(body["message"]).toContain('User "system:anonymous" cannot list resource "kuberneteses"');
    expect((await client.call("GET", "/apis", { token: null })).status).toBe(403);
  });

  test("a viewer reads clusters but writes none and sees no secret", async () => {
    const token = sandbox.issueToken({ role: "view", user: "eve" });
    expect((await client.call("GET", client.clusters, { token })).status).toBe(200);
    const body = { metadata: { name: "a" }, spec: {} };
    const { status, body: refusal } = await client.call("POST", client.clusters, { token, body });
    expect(status).toBe(403);
    expect(refusal["message"]).toContain('User "eve" cannot create resource "kuberneteses"');
    const secrets = `/apis/core.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/tenantsecrets`;
    expect((await client.call("GET", secrets, { token })).status).toBe(403);
  });

  test("somebody without rights can still find out what there is", async () => {
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
    ["namespaces", "/api/v1/namespaces", 403],
    ["instance types", "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineclusterinstancetypes", 200],
    ["the tenant's namespaces", "/apis/core.cozystack.io/v1alpha1/tenantnamespaces", 200],
    ["options on 1.1", "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-demo/options", 404],
    ["the status subresource", "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/kuberneteses/a/status", 404],
    ["some other path", "/metrics", 403],
  ])("a tenant asks for %s", async (_, path, status) => {
    expect((await client.call("GET", path)).status).toBe(status);
  });

  test("a body beyond three megabytes is refused", async () => {
    const body = JSON.stringify({ metadata: { name: "a" }, spec: { x: "y".repeat(3 * 1024 * 1024) } });
    expect((await client.call("POST", client.clusters, { body })).status).toBe(413);
  });

  test("while the API server restarts, applications are away and everything else is there", async () => {
    sandbox.restartApiServer(60);
    const answer = await client.call("GET", client.clusters);
    expect([answer.status, answer.text]).toEqual([503, "service unavailable\n"]);
    expect((await client.call("GET", `/api/v1/namespaces/${sandbox.namespace}/events`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await client.call("GET", client.clusters)).status).toBe(200);
  });
});

describe("lists", () => {
  test("label selectors choose by the user's labels", async () => {
    await client.create("a", {}, { tier: "prod", team: "x" });
    await client.create("b", {}, { tier: "dev" });
    const names = async (selector: string) => {
      const { body } = await client.call("GET", `${client.clusters}?labelSelector=${encodeURIComponent(selector)}`);
      return (body["items"] as { metadata: { name: string } }[]).map((item) => item.metadata.name);
    };
    expect(await names("tier=prod")).toEqual(["a"]);
    expect(await names("tier!=prod")).toEqual(["b"]);
    expect(await names("tier in (prod,dev)")).toEqual(["a", "b"]);
    expect(await names("tier notin (dev)")).toEqual(["a"]);
    expect(await names("team")).toEqual(["a"]);
    expect(await names("!team")).toEqual(["b"]);
  });

  test("a table has the platform's columns", async () => {
    await client.create("a", {});
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    const { body } = await client.call("GET", client.clusters, { headers: { accept } });
    expect(body["kind"]).toBe("Table");
    expect((body["columnDefinitions"] as { name: string }[]).map((column) => column.name)).toEqual([
      "Name",
      "Ready",
      "Age",
      "Version",
    ]);
  });

  test("a plain watch delivers its closing bookmark alone, a table watch the events", async () => {
    await client.create("a", {});
    const plain = await client.call("GET", `${client.clusters}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`);
    expect(plain.text.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(plain.text)).toMatchObject({ type: "BOOKMARK" });
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const table = await client.call("GET", `${client.clusters}?watch=true&timeoutSeconds=1`, { headers: { accept } });
    expect(JSON.parse(table.text.split("\n")[0] ?? "")).toMatchObject({ type: "ADDED", object: { kind: "Table" } });
  });
});
