import { afterEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;

async function start(options: SandboxOptions): Promise<void> {
  clock = idleClock();
  sandbox = await startSandbox({ controllers: "none", clock, ...options });
  client = sandboxClient(sandbox, clock);
}

afterEach(async () => {
  client.close();
  await sandbox.stop();
  clock.stop();
});

/** From now on writes are handled concurrently in pairs. */
const meet = (method: string) =>
  sandbox.faults.add({
    match: { method, times: Number.POSITIVE_INFINITY },
    action: { kind: "meet", requests: 2 },
  });

const specOf = (body: JsonObject) => body["spec"] as JsonObject;
const metadataOf = (body: JsonObject) => body["metadata"] as JsonObject;

describe.each(["1.1.2", "1.6.2"] as const)("writes on platform %s", (profile) => {
  test("create stores what was sent and answers with defaults", async () => {
    await start({ profile });
    const { status, body } = await client.create("a", { version: "v1.33" }, { team: "x" });
    expect(status).toBe(201);
    expect(specOf(body)["storageClass"]).toBe("replicated");
    expect(sandbox.stored("Kubernetes", "a")).toEqual({
      annotations: null,
      finalizers: null,
      generation: 1,
      labels: {
        "apps.cozystack.io-team": "x",
        "apps.cozystack.io/application.group": "apps.cozystack.io",
        "apps.cozystack.io/application.kind": "Kubernetes",
        "apps.cozystack.io/application.name": "a",
        "sharding.fluxcd.io/key": "tenants",
      },
      values: { version: "v1.33" },
    });
    expect(sandbox.writes).toBe(1);
  });

  test("JSON Patch stores the defaults that it was applied to, and the null for md0", async () => {
    await start({ profile });
    await client.create("a", {});
    const { status } = await client.patch("a", [{ op: "add", path: "/spec/nodeGroups/md0", value: null }]);
    expect(status).toBe(200);
    expect(sandbox.stored("Kubernetes", "a")?.values).toMatchObject({ host: "", nodeGroups: { md0: null } });
  });

  test("any merge patch restores md0 as a real group", async () => {
    await start({ profile });
    await client.create("a", { nodeGroups: { md0: null } });
    await client.merge("a", { spec: { host: "x" } });
    expect(sandbox.stored("Kubernetes", "a")?.values).toMatchObject({
      nodeGroups: { md0: { instanceType: "u1.medium" } },
    });
  });

  test("patch without a change keeps the generation", async () => {
    await start({ profile });
    await client.create("a", {});
    await client.merge("a", { spec: { host: "x" } });
    const before = sandbox.stored("Kubernetes", "a")?.generation;
    await client.merge("a", { spec: { host: "x" } });
    expect(sandbox.stored("Kubernetes", "a")?.generation).toBe(before);
  });

  test("JSON Patch with a failing test is refused and writes nothing", async () => {
    await start({ profile });
    await client.create("a", {});
    const { status, body } = await client.patch("a", [
      { op: "test", path: "/metadata/uid", value: "x" },
      { op: "add", path: "/spec/host", value: "y" },
    ]);
    expect(status).toBe(422);
    expect(body["message"]).toBe("the server rejected our request due to an error in our request");
    expect(sandbox.stored("Kubernetes", "a")?.generation).toBe(1);
  });

  test("dry runs create, write and delete", async () => {
    await start({ profile });
    await client.call("POST", `${client.clusters}?dryRun=All`, { body: { metadata: { name: "a" }, spec: {} } });
    expect(sandbox.stored("Kubernetes", "a")).toBeDefined();
    await client.call("DELETE", `${client.clusters}/a?dryRun=All`);
    expect(sandbox.stored("Kubernetes", "a")).toBeUndefined();
  });

  test("write to an object that is being deleted removes its finalizer and the object", async () => {
    await start({ profile });
    await client.create("a", {});
    sandbox.control("Kubernetes", "a", { finalizers: ["finalizers.fluxcd.io"] });
    await client.call("DELETE", `${client.clusters}/a`, { body: { preconditions: { uid: "wrong" } } });
    expect(metadataOf((await client.get("a")).body)["deletionTimestamp"]).toBeDefined();
    expect((await client.merge("a", { spec: { host: "x" } })).status).toBe(200);
    expect((await client.get("a")).status).toBe(404);
  });

  test("wrong uid prevents a write to a recreated object", async () => {
    await start({ profile });
    await client.create("a", {});
    const { status, body } = await client.merge("a", { metadata: { uid: "0" }, spec: { host: "x" } });
    expect(status).toBe(500);
    expect(body["message"]).toContain("Precondition failed: UID in precondition: 0, UID in object meta: ");
  });

  test("concurrent writes to objects without labels crash the API server", async () => {
    await start({ profile, restartMs: 60 });
    meet("POST");
    const answers = await Promise.all([client.create("a", {}, {}), client.create("b", {}, {})]);
    expect(answers.map((answer) => answer.status)).toEqual([503, 503]);
    expect((await client.get("a")).status).toBe(503);
    expect((await client.call("GET", `/api/v1/namespaces/${sandbox.namespace}/events`)).status).toBe(200);
    await clock.sleep(60);
    expect((await client.get("a")).status).toBe(404);
  });

  test("concurrent writes are safe when one of the objects has a label", async () => {
    await start({ profile });
    meet("POST");
    const answers = await Promise.all([client.create("a", {}, {}), client.create("b", {}, { x: "y" })]);
    expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
  });
});

describe("concurrent clients", () => {
  const rounds = 10;

  async function race(): Promise<{ statuses: number[]; kept: number }> {
    await client.create("a", {});
    meet("PATCH");
    const statuses: number[] = [];
    let kept = 0;
    for (let round = 0; round < rounds; round += 1) {
      const keys = [`x${round}`, `y${round}`];
      const answers = await Promise.all(
        keys.map((key) => client.merge("a", { spec: { nodeGroups: { [key]: { minReplicas: 1 } } } })),
      );
      statuses.push(...answers.map((answer) => answer.status));
      const groups = Object.keys(specOf((await client.get("a")).body)["nodeGroups"] as JsonObject);
      kept += keys.filter((key) => groups.includes(key)).length;
    }
    return { statuses, kept };
  }

  test("get one success and one conflict on 1.1", async () => {
    await start({ profile: "1.1.2" });
    const { statuses, kept } = await race();
    expect(statuses.filter((status) => status === 200)).toHaveLength(rounds);
    expect(statuses.filter((status) => status === 500)).toHaveLength(rounds);
    expect(kept).toBe(rounds);
  });

  test("get two successes and one lost change on 1.6", async () => {
    await start({ profile: "1.6.2" });
    const { statuses, kept } = await race();
    expect(statuses.every((status) => status === 200)).toBe(true);
    expect(kept).toBe(rounds);
  });

  test("get a conflict for a stale version on 1.1, and overwrite on 1.6", async () => {
    for (const [profile, expected] of [
      ["1.1.2", 500],
      ["1.6.2", 200],
    ] as const) {
      await start({ profile });
      const stale = metadataOf((await client.create("a", {})).body)["resourceVersion"] ?? "";
      await client.merge("a", { spec: { host: "x" } });
      const body = { metadata: { name: "a", resourceVersion: stale, labels: { x: "y" } }, spec: { host: "z" } };
      expect((await client.call("PUT", `${client.clusters}/a`, { body })).status).toBe(expected);
      if (profile === "1.1.2") {
        client.close();
        await sandbox.stop();
        clock.stop();
      }
    }
  });
});

describe("server-side apply", () => {
  const contentType = "application/apply-patch+yaml";
  const apply = (query: string, host: string) =>
    client.call("PATCH", `${client.clusters}/a?${query}`, { body: `spec:\n  host: ${host}\n`, contentType });

  test("creates a missing object", async () => {
    await start({ profile: "1.1.2" });
    const body = "metadata: { name: a, labels: { x: y } }\nspec: { host: h }\n";
    const { status } = await client.call("PATCH", `${client.clusters}/a?fieldManager=t`, { body, contentType });
    expect(status).toBe(201);
  });

  test("changes an existing value only with force", async () => {
    await start({ profile: "1.1.2" });
    await client.create("a", { host: "old" });
    const refused = await apply("fieldManager=t", "new");
    expect(refused.status).toBe(409);
    expect(refused.body["message"]).toContain('conflict with "before-first-apply"');
    expect((await apply("fieldManager=t&force=true", "new")).status).toBe(200);
  });
});
