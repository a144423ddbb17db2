import { get } from "node:https";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FaultAction, type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

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

/** Resolves once the server has received so many requests. */
const seen = (count: number) => expect.poll(() => sandbox.requests.length).toBe(count);

test("fault meet > makes matching requests wait for each other, and no others", async () => {
  const match = { method: "GET", path: /\/(a|b|c|d)$/, times: 4 };
  sandbox.faults.add({ match, action: { kind: "meet", requests: 2 } });
  const answered: string[] = [];
  const ask = (name: string) => client.get(name).then(() => answered.push(name));
  const first = ask("a");
  await seen(1);
  expect((await client.get("e")).status).toBe(404);
  expect(answered).toEqual([]);
  await Promise.all([first, ask("b")]);
  expect([...answered].sort()).toEqual(["a", "b"]);
  await Promise.all([ask("c"), ask("d")]);
});

test("fault reset > before the request is handled leaves nothing behind", async () => {
  sandbox.faults.add({ match: { method: "POST" }, action: { kind: "reset", when: "before" } });
  await expect(client.create("a", {})).rejects.toThrow();
  expect(sandbox.stored("Kubernetes", "a")).toBeUndefined();
  expect(sandbox.writes).toBe(0);
  expect((await client.create("a", {})).status).toBe(201);
});

test("fault reset > after the request is handled leaves the object", async () => {
  sandbox.faults.add({ match: { method: "POST" }, action: { kind: "reset", when: "after" } });
  await expect(client.create("a", {})).rejects.toThrow();
  expect(sandbox.stored("Kubernetes", "a")).toBeDefined();
  expect(sandbox.writes).toBe(1);
});

test("fault answer > replaces the third and fourth GET of a path", async () => {
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

test("faults > answer with HTML, and truncate a real answer", async () => {
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

test("fault break > resets or stalls in the middle of a body", async () => {
  await client.create("a", {});
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "break", bytes: 20, ends: "reset" } });
  await expect(client.get("a")).rejects.toThrow();
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "break", bytes: 20, ends: "hang" } });
  let ended = false;
  const stalled = new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${sandbox.token}` };
    const asked = get(`${sandbox.url}${client.clusters}/a`, { ca: sandbox.caCertificate, headers }, (response) => {
      response.on("data", (part: Buffer) => resolve(part.toString()));
      response.on("close", () => {
        ended = true;
      });
    });
    asked.on("error", reject);
  });
  expect(await stalled).toHaveLength(20);
  // Other requests are answered meanwhile.
  expect((await client.get("a")).status).toBe(200);
  expect(ended).toBe(false);
});

test("fault stale > answers an earlier version of the object", async () => {
  await client.create("a", { host: "one" });
  await client.merge("a", { spec: { host: "two" } });
  await client.merge("a", { spec: { host: "three" } });
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "stale", versions: 1 } });
  expect((await client.get("a")).body["spec"]).toMatchObject({ host: "two" });
  expect((await client.get("a")).body["spec"]).toMatchObject({ host: "three" });
});

test("faults > hang until the client disconnects, and delay an answer", async () => {
  sandbox.faults.add({ match: { method: "GET" }, action: { kind: "delay", ms: 1 } });
  expect((await client.get("a")).status).toBe(404);
  for (const action of [{ kind: "delay", ms: 3_600_000 }, { kind: "hang" }] as const) {
    const before = sandbox.requests.length;
    sandbox.faults.add({ match: { method: "GET" }, action });
    let ended = false;
    const waiting = client.get("a").finally(() => {
      ended = true;
    });
    waiting.catch(() => undefined);
    await seen(before + 1);
    // A later request is answered.
    expect((await client.get("a")).status).toBe(404);
    expect(ended).toBe(false);
    client.close();
    await expect(waiting).rejects.toThrow();
  }
});

test("fault match > selects every nth request until the fault is removed", async () => {
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

test("request log > keeps the user, the status and the body", async () => {
  await client.create("a", { host: "h" });
  await client.call("GET", "/version", { token: null });
  expect(sandbox.requests).toMatchObject([
    { method: "POST", path: client.clusters, status: 201, user: "tenant-user", contentType: "application/json" },
    { method: "GET", path: "/version", status: 200, user: "system:anonymous" },
  ]);
  expect(sandbox.requests[0]?.body).toContain('"host":"h"');
});

test("request log > keeps the status of an answer that a fault withheld", async () => {
  const statusAfter = async (action: FaultAction): Promise<number | undefined> => {
    const off = sandbox.faults.add({ match: { method: "GET" }, action });
    const before = sandbox.requests.length;
    const asked = client.get("a").catch(() => undefined);
    if (action.kind === "hang") await seen(before + 1).then(() => client.close());
    await asked;
    off();
    return sandbox.requests.at(-1)?.status;
  };
  expect(await statusAfter({ kind: "reset", when: "before" })).toBe(0);
  expect(await statusAfter({ kind: "reset", when: "after" })).toBe(404);
  expect(await statusAfter({ kind: "answer", status: 502 })).toBe(502);
  expect(await statusAfter({ kind: "hang" })).toBe(0);
});
