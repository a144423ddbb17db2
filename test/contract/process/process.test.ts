import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, executable, providerCommand } from "../../../scripts/ensure-built.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import { type PluginProcess, startPlugin } from "../../support/plugin-client/process.ts";
import { hasError } from "../../support/terraform-core/core-answers.ts";
import { type Core, startCore } from "../../support/terraform-core/core-client.ts";

// The same rules over what Terraform really uses: a process for each phase, a unix socket, and mutual TLS with its P-521 certificate.

const identity = hostIdentity();
const started: PluginProcess[] = [];
let sandbox: Sandbox;
let core: Core;

async function open(): Promise<Connection> {
  const plugin = await startPlugin(providerCommand, { identity });
  started.push(plugin);
  const connection = plugin.connect();
  return {
    ...connection,
    close: async () => {
      expect(await plugin.shutdown()).toEqual({ code: 0, signal: null });
      await connection.close();
    },
  };
}

beforeAll(async () => {
  sandbox = await startSandbox({ profile: "1.6.2", speed: 50 });
  core = await startCore(open, { kubeconfig: sandbox.kubeconfig });
});

afterAll(async () => {
  for (const { process: child } of started) child.kill("SIGKILL");
  await sandbox?.stop();
});

test("a cluster is planned, created, read and destroyed by one process after another", async () => {
  const config = core.config("hikube_cluster", { name: "p", version: "1.34", wait_for: "accepted" });
  const made = await core.apply(await core.plan("hikube_cluster", config), config);
  expect(made.diagnostics).toEqual([]);
  if (made.instance === undefined) throw new Error("nothing was made");
  const read = await core.refresh(made.instance);
  if (read.instance === undefined) throw new Error("it is gone");
  expect((await core.plan("hikube_cluster", config, read.instance)).action).toBe("no-op");
  const gone = await core.apply(await core.plan("hikube_cluster", null, read.instance), null);
  expect(hasError(gone.diagnostics)).toBe(false);
  expect(gone.instance).toBeUndefined();
  for (const plugin of started) expect(plugin.stderr()).toBe("");
});

// The executable has the encoded answer in it, made when it was built.
test("the executable answers with the schema of the sources", async () => {
  ensureBuilt();
  const plugin = await startPlugin([executable], { identity });
  started.push(plugin);
  const connection = plugin.connect();
  const answer = await connection.call("GetProviderSchema", {});
  await connection.close();
  const sources = await open();
  expect(answer).toEqual(await sources.call("GetProviderSchema", {}));
  const { resource_schemas: resources } = answer as { resource_schemas: object };
  expect(Object.keys(resources)).toContain("hikube_nodegroup");
  await sources.close();
});

test("four processes at once serve four hosts", () => {
  // A process that cannot start says so in one line; four that start together must not collide on a socket.
  const outcomes = Promise.all(Array.from({ length: 4 }, open)).then((all) =>
    Promise.all(all.map((connection) => connection.call("GetMetadata", {}).finally(() => connection.close()))),
  );
  return expect(outcomes).resolves.toHaveLength(4);
});

test("the executable without Terraform's cookie is a command, not a plugin", () => {
  const [program = "", ...parameters] = providerCommand;
  const { TF_PLUGIN_MAGIC_COOKIE: _cookie, ...env } = process.env;
  const { status, stdout } = spawnSync(program, [...parameters, "version"], { encoding: "utf8", env });
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
});
