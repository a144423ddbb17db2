import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ensureBuilt, executable } from "../../../scripts/ensure-built.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import type { PluginProcess } from "../../support/plugin-client/process.ts";
import { startPlugin } from "../../support/plugin-client/process.ts";
import { diagnosticsOf, dynamic } from "../../support/terraform-core/core-answers.ts";
import type { SchemaMessage } from "../../support/terraform-core/core-schema.ts";
import { configOf, impliedType, loadSchema } from "../../support/terraform-core/core-schema.ts";

// The shipped executable, full of secrets and made to fall: what is left of it for others to read holds none of them.

const canary = "canary-crash-5f8c1e7a94d2";
const folder = mkdtempSync(join(tmpdir(), "hikube-crash-"));
let sandbox: Sandbox;
let plugin: PluginProcess;
let connection: Connection;

beforeAll(async () => {
  ensureBuilt();
  sandbox = await startSandbox({ profile: "1.1.2", speed: 100 });
});

afterEach(async () => {
  await connection?.close();
  plugin?.process.kill("SIGKILL");
});

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true });
});

/** A provider process that knows the canary: from its configuration, and from a resource whose apply never ends. */
async function loaded(env: Record<string, string> = {}): Promise<{ busy: Promise<unknown> }> {
  plugin = await startPlugin([executable], { identity: hostIdentity(), env: { TF_LOG: "TRACE", ...env } });
  connection = plugin.connect();
  const answer = await connection.call("GetProviderSchema", {});
  const schemas = answer["resource_schemas"] as Record<string, SchemaMessage>;
  const provider = loadSchema(answer["provider"] as SchemaMessage, "provider");
  const kubeconfig = sandbox.kubeconfig.replace(sandbox.token, `${canary}-token`);
  const configured = await connection.call("ConfigureProvider", {
    config: dynamic(configOf(provider, { kubeconfig, max_retries: 100 }), impliedType(provider)),
  });
  expect(diagnosticsOf(configured)).toEqual([]);
  const schema = loadSchema(schemas["hikube_cluster"] as SchemaMessage);
  const wire = impliedType(schema);
  const config = dynamic(configOf(schema, { name: "x", labels: { secret: canary } }), wire);
  sandbox.faults.add({ match: { times: Number.POSITIVE_INFINITY }, action: { kind: "hang" } });
  const asked = sandbox.requests.length;
  const busy = connection.call("ApplyResourceChange", { type_name: "hikube_cluster", planned_state: config, config });
  busy.catch(() => {});
  await expect.poll(() => sandbox.requests.length).toBeGreaterThan(asked);
  return { busy };
}

const expectNothingShown = () => {
  expect(plugin.stderr()).not.toContain(canary);
  expect(plugin.stderr()).not.toContain(Buffer.from(canary).toString("base64").slice(0, -4));
};

test.each(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGUSR2"] as const)(
  "that %s ends shows nothing of what it knew",
  async (signal) => {
    const { busy } = await loaded();
    plugin.process.kill(signal);
    expect(await plugin.exited).toEqual({ code: null, signal });
    await expect(busy).rejects.toMatchObject({ code: 14 });
    expectNothingShown();
  },
);

test("the executable opens no debugger at SIGUSR1", async () => {
  await loaded();
  plugin.process.kill("SIGUSR1");
  // The debugger is opened at a turn of the event loop, and says so; this takes many.
  for (let turn = 0; turn < 50; turn++) await connection.call("GetMetadata", {});
  expect(plugin.stderr()).not.toMatch(/debugger/i);
  expect((await connection.call("GetMetadata", {}))["resources"]).toHaveLength(3);
});

test("the executable that runs out of memory says so, without its contents", async () => {
  await loaded();
  const { pid } = plugin.process;
  let isDown = false;
  const entries = Object.fromEntries(Array.from({ length: 500_000 }, (_, at) => [`key-${at}`, `${canary}-${at}`]));
  const labels = encodeMsgpack(
    { labels: entries },
    { kind: "object", attributes: { labels: { kind: "map", element: { kind: "string" } } } },
  );
  const config = { msgpack: labels };
  const ask = () =>
    connection.call("ValidateResourceConfig", { type_name: "hikube_cluster", config }).catch(() => {
      isDown = true;
    });
  for (let round = 0; round < 20 && !isDown; round++) {
    // Hardly more than it has, and far less than what it is about to be asked to hold.
    const has = execFileSync("ps", ["-o", "vsz=", "-p", String(pid)], { encoding: "utf8" });
    execFileSync("prlimit", [`--pid=${pid}`, `--as=${Number(has) * 1_024 + 50e6}`]);
    await Promise.all(Array.from({ length: 6 }, ask));
  }
  const { code, signal } = await plugin.exited;
  expect(code === 0).toBe(false);
  expect([code, signal]).not.toEqual([null, "SIGKILL"]);
  expect(plugin.stderr()).toMatch(/out of memory|allocation failed/i);
  expectNothingShown();
});

test("the executable ignores NODE_OPTIONS", async () => {
  const marker = join(folder, "marker");
  const hook = join(folder, "hook.cjs");
  writeFileSync(hook, `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");\n`);
  await loaded({ NODE_OPTIONS: `--require=${hook} --inspect=0` });
  expect(existsSync(marker)).toBe(false);
  expect(plugin.stderr()).not.toMatch(/debugger/i);
  expectNothingShown();
});
