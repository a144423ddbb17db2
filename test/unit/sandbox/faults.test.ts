import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultAction, type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type SandboxClient, sandboxClient } from "./sandbox-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;

beforeEach(async () => {
  sandbox = await startSandbox({ profile: "1.1.2", controllers: "none" });
  client = sandboxClient(sandbox);
});

afterEach(async () => {
  client.close();
  await sandbox.stop();
});

test("a connection that breaks before the server reads leaves nothing behind", async () => {
  sandbox.faults.add({ match: { method: "POST" }, action: { kind: "reset", when: "before" } });
  await expect(client.create("a", {})).rejects.toThrow();
  expect(sandbox.stored("Kubernetes", "a")).toBeUndefined();
  expect(sandbox.writes).toBe(0);
  expect((await client.create("a", {})).status).toBe(201);
});

test("a connection that breaks after the server accepted leaves the object", async () => {
  sandbox.faults.add({ match: { method: "POST" }, action: { kind: "reset", when: "after" } });
  await expect(client.create("a", {})).rejects.toThrow();
  expect(sandbox.stored("Kubernetes", "a")).toBeDefined();
  expect(sandbox.writes).toBe(1);
});

test("the third and fourth GET of a path are answered as scripted", async () => {
  await client.create("a", {});
  const action = {
    kind: "answer",
    status: 429,
    headers: { "retry-after": "2" },
    body: { reason: "TooManyRequests" },
  } as const;
  const remove = sandbox.faults.add({ match: { method: "GET", path: /\/kuberneteses\/a$/, nth: 3, times: 2 }, action });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await client.get("a")).status);
  expect(statuses).toEqual([200, 200, 429, 429, 200]);
  remove();
});

test("an answer can be HTML, and a true answer cut short", async () => {
  await client.create("a", {});
  sandbox.faults.add({
    match: { method: "GET" },
    action: { kind: "answer", status: 502, headers: { "content-type": "text/html" }, body: "<html>" },
  });
  const html = await client.get("a");
  expect([html.status, html.headers["content-type"], html.text]).toEqual([502, "text/html", "<html>"]);
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "truncate", bytes: 20 } });
  expect((await client.get("a")).text).toHaveLength(20);
});

test("an answer can break or stall in the middle of its body", async () => {
  await client.create("a", {});
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "break", bytes: 20, ends: "reset" } });
  await expect(client.get("a")).rejects.toThrow();
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "break", bytes: 20, ends: "hang" } });
  const stalled = client.get("a").then(
    () => "answered",
    () => "broken",
  );
  expect(await Promise.race([stalled, new Promise((resolve) => setTimeout(resolve, 200, "stalled"))])).toBe("stalled");
});

test("a lagging cache answers the object as it was", async () => {
  await client.create("a", { host: "one" });
  await client.merge("a", { spec: { host: "two" } });
  await client.merge("a", { spec: { host: "three" } });
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "stale", versions: 1 } });
  expect((await client.get("a")).body["spec"]).toMatchObject({ host: "two" });
  expect((await client.get("a")).body["spec"]).toMatchObject({ host: "three" });
});

test("a hanging request ends with the client, and a delayed one arrives", async () => {
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "delay", ms: 30 } });
  const started = performance.now();
  expect((await client.get("a")).status).toBe(404);
  expect(performance.now() - started).toBeGreaterThan(25);
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "hang" } });
  const hanging = client.get("a");
  await new Promise((resolve) => setTimeout(resolve, 30));
  client.close();
  await expect(hanging).rejects.toThrow();
});

test("a fault may take one in so many requests, for as long as it stays", async () => {
  const off = sandbox.faults.add({
    match: { method: "GET", nth: 2, every: 3, times: Number.POSITIVE_INFINITY },
    action: { kind: "answer", status: 503 },
  });
  const statuses: number[] = [];
  for (let ask = 0; ask < 9; ask++) statuses.push((await client.get("a")).status);
  expect(statuses).toEqual([404, 503, 404, 404, 503, 404, 404, 503, 404]);
  off();
  expect((await client.get("a")).status).toBe(404);
});

test("every request is remembered with its user, its status and its body", async () => {
  await client.create("a", { host: "h" });
  await client.call("GET", "/version", { token: null });
  expect(sandbox.requests).toMatchObject([
    { method: "POST", path: client.clusters, status: 201, user: "tenant-user", contentType: "application/json" },
    { method: "GET", path: "/version", status: 200, user: "system:anonymous" },
  ]);
  expect(sandbox.requests[0]?.body).toContain('"host":"h"');
});

test("a request whose answer was kept back is remembered with it, and one that had none with none", async () => {
  const statusAfter = async (action: FaultAction): Promise<number | undefined> => {
    const off = sandbox.faults.add({ match: { method: "GET" }, action });
    const asked = client.get("a");
    if (action.kind === "hang") setTimeout(() => client.close(), 30);
    await asked.catch(() => undefined);
    off();
    return sandbox.requests.at(-1)?.status;
  };
  expect(await statusAfter({ kind: "reset", when: "before" })).toBe(0);
  expect(await statusAfter({ kind: "reset", when: "after" })).toBe(404);
  expect(await statusAfter({ kind: "answer", status: 502 })).toBe(502);
  expect(await statusAfter({ kind: "hang" })).toBe(0);
});
