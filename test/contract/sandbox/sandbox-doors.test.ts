import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect as connectTcp } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Log } from "../../../src/base/log.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { knock, noises } from "../../support/plugin-client/knock.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";

// Access to the sockets of the embedded Hikube, and what happens to other clients.

describe("the sandbox", () => {
  let sandbox: Sandbox;
  let agent: Agent;
  /** What it could not answer by its own rules. */
  const failures: string[] = [];

  beforeAll(async () => {
    const log: Log = (level, message, fields) => {
      if (level === "error") failures.push(`${message} ${fields?.["error"]}`);
    };
    sandbox = await startSandbox({ profile: "1.1.2", speed: 1_000, log });
    agent = new Agent({ ca: sandbox.caCertificate, keepAlive: false });
  });

  afterEach(() => expect(failures.splice(0)).toEqual([]));
  afterAll(() => sandbox?.stop());

  interface Ask {
    readonly method?: string;
    readonly token?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  const ask = (path: string, { method = "GET", token = sandbox.token, headers = {}, body = "" }: Ask = {}) =>
    new Promise<number>((resolve, reject) => {
      const outgoing = request(`${sandbox.url}${path}`, {
        method,
        agent,
        headers: { authorization: `Bearer ${token}`, ...headers },
      });
      outgoing.on("response", (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  const clusters = () => `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses`;

  /** The address and the authority of a cluster that was just made. */
  async function tenantCluster(of: Sandbox, name: string): Promise<{ url: string; ca: string; key: string }> {
    const client = sandboxClient(of);
    try {
      await client.create(name, {});
      const path = `/api/v1/namespaces/${of.namespace}/secrets/kubernetes-${name}-admin-kubeconfig`;
      let secret = await client.call("GET", path);
      while (secret.status !== 200) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        secret = await client.call("GET", path);
      }
      const text = Buffer.from(
        (secret.body["data"] as Record<string, string>)["admin.conf"] ?? "",
        "base64",
      ).toString();
      const { clusters, users } = parse(text) as {
        clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
        users: [{ user: { "client-key-data": string } }];
      };
      const { server: url, "certificate-authority-data": ca } = clusters[0].cluster;
      return { url, ca: Buffer.from(ca, "base64").toString(), key: users[0].user["client-key-data"] };
    } finally {
      client.close();
    }
  }

  test("listens on loopback alone, and so do the clusters it makes", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal }) => !internal);
    const reached = (host: string, port: number) =>
      new Promise<boolean>((resolve) => {
        const socket = connectTcp({ host, port, timeout: 60_000 });
        const end = (answer: boolean) => {
          socket.destroy();
          resolve(answer);
        };
        socket.on("connect", () => end(true));
        socket.on("error", () => end(false));
        socket.on("timeout", () => end(false));
      });
    for (const url of [sandbox.url, (await tenantCluster(sandbox, "loop")).url]) {
      const port = Number(new URL(url).port);
      expect(await reached("127.0.0.1", port)).toBe(true);
      expect(await reached("::1", port)).toBe(false);
      for (const { address, family, scopeid } of outside) {
        const host = family === "IPv6" && (scopeid ?? 0) !== 0 ? `${address}%${scopeid}` : address;
        expect(await reached(host, port), host).toBe(false);
      }
      // The kernel says it too, whatever interfaces this machine has.
      const hex = port.toString(16).toUpperCase().padStart(4, "0");
      const listening = ["/proc/net/tcp", "/proc/net/tcp6"]
        .filter((table) => existsSync(table))
        .flatMap((table) => readFileSync(table, "utf8").split("\n"))
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = "", , state]) => state === "0A" && local.endsWith(`:${hex}`))
        .map(([, local]) => local);
      expect(listening).toEqual([`0100007F:${hex}`]);
    }
  });

  test("makes an authority and a token of its own each time, and knows no other's", async () => {
    const other = await startSandbox({ profile: "1.1.2", speed: 1_000 });
    try {
      expect(other.token).not.toBe(sandbox.token);
      expect(other.token.length).toBeGreaterThanOrEqual(32);
      expect(other.caCertificate).not.toBe(sandbox.caCertificate);
      expect(await ask(clusters(), { token: other.token })).toBe(401);
      const [mine, theirs] = await Promise.all([tenantCluster(sandbox, "fresh"), tenantCluster(other, "fresh")]);
      expect([mine.ca, theirs.ca, sandbox.caCertificate, other.caCertificate]).toSatisfy(
        (authorities: string[]) => new Set(authorities).size === 4,
      );
      expect(mine.key).not.toBe(theirs.key);
      await expect(
        new Promise((resolve, reject) => {
          request(`${other.url}/version`, { ca: sandbox.caCertificate }, resolve).on("error", reject).end();
        }),
      ).rejects.toThrow(/certificate|signature/);
    } finally {
      await other.stop();
    }
  });

  test("refuses a body beyond three megabytes and headers beyond 64 KB, and goes on", async () => {
    const body = JSON.stringify({ metadata: { name: "a", annotations: { a: "a".repeat(4_000_000) } } });
    expect(await ask(clusters(), { method: "POST", body })).toBe(413);
    expect(await ask("/version", { headers: { "x-long": "a".repeat(100_000) } })).toBe(431);
    expect(await ask(clusters())).toBe(200);
  });

  test.each([
    ["another namespace", "GET", "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-other/kuberneteses", 403],
    [
      "a path that climbs",
      "GET",
      "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/../tenant-other/kuberneteses",
      403,
    ],
    ["a file", "GET", "/../../../../etc/passwd", 403],
    [
      "a name that belongs to every object",
      "GET",
      "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/kuberneteses/__proto__",
      404,
    ],
    ["a method that nobody has", "TRACE", "/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-demo/kuberneteses", 405],
    ["a broken escape", "GET", "/apis/%zz", 403],
  ])("refuses %s", async (_what, method, path, expected) => {
    const status = await ask(path, { method });
    expect([expected, 400, 404]).toContain(status);
    expect(await ask(clusters())).toBe(200);
  });

  test("is not moved by bodies of any kind", async () => {
    const texts = [
      "null",
      "[]",
      "7",
      '"x"',
      "{",
      '{"metadata":7}',
      '{"metadata":{"name":{}}}',
      '{"spec":[],"metadata":{"name":"a"}}',
      `${'{"a":'.repeat(50_000)}`,
      `{"metadata":{"name":"a"},"spec":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
      "a: &a [*a]",
      "\u0000",
    ];
    for (const body of texts) {
      for (const [method, path, type] of [
        ["POST", clusters(), "application/json"],
        ["PATCH", `${clusters()}/a`, "application/json-patch+json"],
        ["PATCH", `${clusters()}/a`, "application/merge-patch+json"],
        ["PATCH", `${clusters()}/a`, "application/apply-patch+yaml"],
        ["PUT", `${clusters()}/a`, "application/json"],
      ] as const) {
        const status = await ask(path, { method, body, headers: { "content-type": type } });
        expect(status, `${method} ${type} ${body.slice(0, 40)}`).toBeGreaterThanOrEqual(200);
        expect(status, `${method} ${type} ${body.slice(0, 40)}`).toBeLessThan(600);
      }
    }
    expect(await ask(clusters())).toBe(200);
  });

  test.each(noises)("is not moved by %s", async (_what, bytes) => {
    const port = Number(new URL(sandbox.url).port);
    await knock(() => connectTcp({ host: "127.0.0.1", port }), bytes);
    expect(await ask(clusters())).toBe(200);
  });
});
