import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ensureBuilt, executable } from "../../../scripts/ensure-built.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
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
/** A script that must not run, and the file that it would write. */
const hook = join(folder, "hook.cjs");
const marker = join(folder, "marker");
let sandbox: Sandbox;
let plugin: PluginProcess;
let connection: Connection;

beforeAll(async () => {
  ensureBuilt();
  sandbox = await startSandbox({ profile: "1.1.2", speed: 100 });
  writeFileSync(hook, `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "");\n`);
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
async function loaded(env: Record<string, string> = {}, cwd?: string): Promise<{ busy: Promise<unknown> }> {
  plugin = await startPlugin([executable], { identity: hostIdentity(), env: { TF_LOG: "TRACE", ...env }, cwd });
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

/** `{ labels = { … } }` with so many labels that contain the canary, in MessagePack. */
function manyLabels(count: number): Buffer {
  const entry = (at: number) => {
    const [key, value] = [`key-${String(at).padStart(8, "0")}`, canary];
    return `${String.fromCharCode(0xa0 + key.length)}${key}${String.fromCharCode(0xa0 + value.length)}${value}`;
  };
  const size = entry(0).length;
  const begin = Buffer.from("\x81\xa6labels\xdf    ", "latin1");
  begin.writeUInt32BE(count, begin.length - 4);
  const entries = Buffer.alloc(count * size);
  for (let at = 0; at < count; at++) entries.write(entry(at), at * size, "latin1");
  return Buffer.concat([begin, entries]);
}

test("the executable that runs out of memory says so, without its contents", async () => {
  await loaded();
  const { pid } = plugin.process;
  let failure: unknown;
  const config = { msgpack: manyLabels(2_500_000) };
  const ask = () =>
    connection.call("ValidateResourceConfig", { type_name: "hikube_cluster", config }).catch((error: unknown) => {
      failure = error;
    });
  // Hardly more than it has reserved, and less than what it is about to be asked to hold.
  const [, reserved] = /VmData:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  execFileSync("prlimit", [`--pid=${pid}`, `--data=${Number(reserved) * 1_024 + 50e6}`]);
  for (let round = 0; round < 20 && failure === undefined; round++) await ask();
  const { code, signal } = await plugin.exited;
  expect([code, signal]).not.toEqual([null, "SIGKILL"]);
  // Where the memory is missing for a message, HTTP/2 ends the connection, and the process ends as without a host.
  if (code === 0) expect(failure).toMatchObject({ code: 14, message: expect.stringContaining("Session closed") });
  else expect(plugin.stderr()).toMatch(/out of memory|allocation failed|no memory left/i);
  expectNothingShown();
});

test.each([
  { NODE_OPTIONS: `--require=${hook} --inspect=0` },
  { BUN_OPTIONS: `--preload=${hook} --inspect=127.0.0.1:0` },
  { BUN_OPTIONS: "--cpu-prof --smol --version" },
  { BUN_BE_BUN: "1" },
  { BUN_INSPECT: "ws://127.0.0.1:0/debugger?wait=1" },
  { BUN_INSPECT_CONNECT_TO: "tcp:127.0.0.1:1" },
  { BUN_INSPECT_NOTIFY: `unix://${folder}/notify` },
  { BUN_INSPECT_PRELOAD: hook },
])("the executable ignores %o", async (env) => {
  await loaded(env);
  expect(existsSync(marker)).toBe(false);
  expect(plugin.stderr()).not.toMatch(/debugger|inspect/i);
  expectNothingShown();
});

test("the executable reads no file of its working directory", async () => {
  writeFileSync(join(folder, ".env"), "HIKUBE_EXEC_TIMEOUT=nonsense\nTF_LOG=TRACE\n");
  writeFileSync(join(folder, "bunfig.toml"), `preload = [${JSON.stringify(hook)}]\n`);
  writeFileSync(join(folder, "package.json"), "not JSON");
  writeFileSync(join(folder, "tsconfig.json"), "not JSON");
  await loaded({ TF_LOG: "" }, folder);
  expect(existsSync(marker)).toBe(false);
  expect(plugin.stderr()).toBe("");
});
