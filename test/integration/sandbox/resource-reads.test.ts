import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
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

describe("list requests", () => {
  test("select by the labels that users set", async () => {
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

  test("show the platform's columns in a table", async () => {
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

  test("deliver only the final bookmark to a plain watch, and events to a table watch", async () => {
    await client.create("a", {});
    const plain = await client.call("GET", `${client.clusters}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`);
    expect(plain.text.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(plain.text)).toMatchObject({ type: "BOOKMARK" });
    const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
    const table = await client.call("GET", `${client.clusters}?watch=true&timeoutSeconds=1`, { headers: { accept } });
    expect(JSON.parse(table.text.split("\n")[0] ?? "")).toMatchObject({ type: "ADDED", object: { kind: "Table" } });
  });

  test("name unsupported field selectors, and ignore a limit", async () => {
    await client.create("a", {});
    await client.create("b", {});
    const refused = await client.call("GET", `${client.clusters}?fieldSelector=spec.host%3Dx`);
    expect(refused.status).toBe(400);
    expect(refused.body["message"]).toBe(
      '"spec.host" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    const { body } = await client.call("GET", `${client.clusters}?limit=1`);
    expect(body["items"]).toHaveLength(2);
  });
});
