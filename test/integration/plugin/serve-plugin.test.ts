import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import { COOKIE, type PluginProcess, startPlugin } from "../../support/plugin-client/process.ts";
import { call, type ServiceClient, serviceClient } from "../../support/plugin-client/services.ts";

const fixture = join(import.meta.dirname, "fixture-plugin.ts");
const command = [process.execPath, fixture];
const identity = hostIdentity();

const running: { plugin: PluginProcess; clients: ServiceClient[] }[] = [];
async function start(env: Record<string, string> = {}, withIdentity = true) {
  const plugin = await startPlugin(command, withIdentity ? { identity, env } : { env });
  const clients: ServiceClient[] = [];
  running.push({ plugin, clients });
  return {
    plugin,
    client: (service: string, as = withIdentity ? identity : undefined) => {
      const made = plugin.client(service, as);
      clients.push(made);
      return made;
    },
  };
}
const openStdio = (client: ServiceClient) => {
  const stream = client["StreamStdio"]?.({}) as ClientReadableStream<unknown>;
  stream.on("error", () => {});
  return stream;
};
const until = async (condition: () => boolean) => {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

afterEach(() => {
  for (const { plugin, clients } of running.splice(0)) {
    for (const client of clients) client.close();
    plugin.process.kill("SIGKILL");
  }
});

describe("plugin process", () => {
  test("prints the handshake first and answers a host with a P-521 certificate", async () => {
    const { plugin, client } = await start();
    expect(plugin.handshake.line).toMatch(/^1\|6\|unix\|\/[^|]+\|grpc\|[A-Za-z0-9+/]{300,}$/);
    expect(statSync(dirname(plugin.handshake.address)).mode & 0o777).toBe(0o700);
    const answer = await call(client("tfplugin6.Provider"), "GetMetadata");
    expect(answer["resources"]).toMatchObject([{ type_name: "acme_thing" }]);
    await until(() => plugin.stderr().includes("printed by a handler"));
    for (const line of plugin.stderr().trim().split("\n")) expect(JSON.parse(line)["@timestamp"]).toMatch(/\.\d{6}Z$/);
  });

  test("serves over loopback TCP without unix sockets", async () => {
    const { plugin, client } = await start({ FIXTURE_NETWORK: "tcp" });
    expect(plugin.handshake.line).toMatch(/^1\|6\|tcp\|127\.0\.0\.1:\d+\|grpc\|/);
    await call(client("tfplugin6.Provider"), "GetMetadata");
  });

  test("refuses a client with another certificate or with none", async () => {
    const { plugin, client } = await start();
    await expect(call(client("tfplugin6.Provider", hostIdentity()), "GetMetadata")).rejects.toThrow(/UNAVAILABLE/);
    const plain = serviceClient("tfplugin6.Provider", `unix:${plugin.handshake.address}`);
    await expect(call(plain, "GetMetadata")).rejects.toThrow(/UNAVAILABLE/);
    plain.close();
  });

  test("speaks plain text without a host certificate; the multiplexing field is on request", async () => {
    const { plugin, client } = await start({ PLUGIN_MULTIPLEX_GRPC: "true" }, false);
    expect(plugin.handshake.line).toMatch(/^1\|6\|unix\|[^|]+\|grpc\|\|false$/);
    await call(client("tfplugin6.Provider"), "GetMetadata");
  });

  test("accepts and sends messages far above the gRPC default of 4 MiB", async () => {
    const { client } = await start();
    const large = Buffer.alloc(20_000_000, 7);
    const answer = await call(client("tfplugin6.Provider"), "ReadResource", {
      type_name: "x",
      current_state: { msgpack: large },
    });
    expect((answer["new_state"] as { msgpack: Buffer }).msgpack.equals(large)).toBe(true);
  });

  test("answers Shutdown, ends at once with code 0 and removes its socket", async () => {
    const { plugin, client } = await start();
    openStdio(client("plugin.GRPCStdio"));
    await call(client("plugin.GRPCController"), "Shutdown");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr()).toContain("heard shutdown");
    expect(plugin.stderr()).not.toContain("heard client gone");
    expect(existsSync(dirname(plugin.handshake.address))).toBe(false);
  });

  test("ignores SIGINT, which the host handles", async () => {
    const { plugin, client } = await start();
    plugin.process.kill("SIGINT");
    await until(() => plugin.stderr().includes("SIGINT ignored"));
    await call(client("tfplugin6.Provider"), "GetMetadata");
  });

  test("treats SIGTERM as a stop and keeps answering a connected host", async () => {
    const { plugin, client } = await start();
    openStdio(client("plugin.GRPCStdio"));
    await call(client("tfplugin6.Provider"), "GetMetadata");
    plugin.process.kill("SIGTERM");
    await until(() => plugin.stderr().includes("heard stop"));
    await call(client("tfplugin6.Provider"), "GetMetadata");
    await call(client("plugin.GRPCController"), "Shutdown");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("ends on SIGTERM without a host", async () => {
    const { plugin } = await start();
    plugin.process.kill("SIGTERM");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("aborts its work and ends when the host disconnects", async () => {
    const { plugin, client } = await start();
    const stream = openStdio(client("plugin.GRPCStdio"));
    await call(client("tfplugin6.Provider"), "GetMetadata");
    stream.cancel();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr()).toContain("heard client gone");
  });

  test.each(["connected", "unconnected"])("ends after its host was killed while %s", async (how) => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, "fixture-host.ts"), how], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const socket = await new Promise<string>((resolve) =>
      createInterface({ input: parent.stdout }).once("line", resolve),
    );
    expect(existsSync(socket)).toBe(true);
    parent.kill("SIGKILL");
    // The process has no parent any more; its socket is gone, which shows that it ended in order.
    await until(() => !existsSync(dirname(socket)));
  });

  test("reports a crash as a panic that the host recognises, without secrets", async () => {
    const { plugin, client } = await start();
    await expect(call(client("tfplugin6.Provider"), "StopProvider")).rejects.toThrow();
    expect(await plugin.exited).toEqual({ code: 2, signal: null });
    expect(plugin.stderr()).toMatch(/^panic: it broke, Bearer \[redacted\]\n\nError: it broke/m);
    expect(plugin.stderr()).not.toContain("abcdefghijklmnop");
  });

  test("answers health checks and keeps the broker stream open", async () => {
    const { client } = await start();
    const health = client("grpc.health.v1.Health");
    expect(await call(health, "Check", { service: "plugin" })).toEqual({ status: 1 });
    await expect(call(health, "Check", { service: "other" })).rejects.toThrow(/NOT_FOUND/);
    const broker = client("plugin.GRPCBroker")["StartStream"]?.() as ClientReadableStream<unknown> & { end(): void };
    let ended = false;
    broker.on("data", () => {});
    broker.on("end", () => {
      ended = true;
    });
    await call(health, "Check", { service: "plugin" });
    expect(ended).toBe(false);
    broker.end();
    await until(() => ended);
  });

  test("honours PLUGIN_UNIX_SOCKET_DIR and PLUGIN_UNIX_SOCKET_GROUP", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sockets-"));
    try {
      const group = String(process.getgid?.() ?? 0);
      const { plugin, client } = await start({ PLUGIN_UNIX_SOCKET_DIR: folder, PLUGIN_UNIX_SOCKET_GROUP: group });
      expect(dirname(plugin.handshake.address)).toBe(folder);
      expect(statSync(plugin.handshake.address).mode & 0o777).toBe(0o660);
      await call(client("plugin.GRPCController"), "Shutdown");
      await plugin.exited;
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("plugin process that cannot start", () => {
  const run = (env: Record<string, string | undefined>) =>
    spawnSync(process.execPath, [fixture], { encoding: "utf8", env: { ...process.env, ...env } });

  test("explains itself on stderr when a person starts it", () => {
    const { status, stdout, stderr } = run({ [COOKIE.key]: undefined });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("started by Terraform or OpenTofu");
  });

  test("reports an unsupported protocol in one line on stdout", () => {
    const { status, stdout } = run({ [COOKIE.key]: COOKIE.value, PLUGIN_PROTOCOL_VERSIONS: "4,5" });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^this provider requires plugin protocol 6, the host offers 4,5: .*\n$/);
  });

  test("reports an invalid client certificate and a missing directory", () => {
    expect(run({ [COOKIE.key]: COOKIE.value, PLUGIN_CLIENT_CERT: "rubbish" })).toMatchObject({
      status: 1,
      stdout: "PLUGIN_CLIENT_CERT is not a valid certificate\n",
    });
    const nowhere = run({ [COOKIE.key]: COOKIE.value, PLUGIN_UNIX_SOCKET_DIR: "/nowhere/at/all" });
    expect(nowhere.status).toBe(1);
    expect(nowhere.stdout).toMatch(/^cannot listen on unix:\/nowhere.*\n$/);
  });
});
