import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, executable } from "../../scripts/ensure-built.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { untilWaitedFor } from "../support/provider/provider-on-sandbox.ts";
import type { Workspace } from "../support/terraform/cli.ts";
import { applyClean, expectEmptyPlan, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { installed, providersOf, until } from "../support/terraform/installed.ts";

const main = (most: number) => `
resource "hikube_cluster" "e" {
  name    = "e"
  version = "1.33"
}
resource "hikube_nodegroup" "e" {
  cluster_id   = hikube_cluster.e.id
  name         = "e"
  min_replicas = 1
  max_replicas = ${most}
}
`;

/** The packaged executable, installed by the CLI's own init from a filesystem mirror and started by the CLI itself. */
describe("the executable", () => {
  let sandbox: Sandbox;
  const workspaces: Workspace[] = [];

  beforeAll(async () => {
    ensureBuilt();
    sandbox = await startSandbox({ profile: "1.1.2", speed: 20 });
  });

  afterAll(async () => {
    await sandbox?.stop();
    await Promise.all(workspaces.map((workspace) => workspace.remove()));
  });

  async function workspaceOf(hcl: string, env: Record<string, string> = {}): Promise<Workspace> {
    const workspace = await installed(sandbox, hcl, env);
    workspaces.push(workspace);
    return workspace;
  }

  test("the executable installs, applies, plans empty, changes, destroys and leaves no process", async () => {
    const workspace = await workspaceOf(main(2));
    await applyClean(workspace);
    await workspace.write({ "main.tf": main(3) });
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
    expect(providersOf(workspace)).toEqual([]);
  });

  test("Ctrl-C while a cluster is waited for keeps it in the state, and the next apply goes on", async () => {
    const workspace = await workspaceOf(main(2));
    sandbox.faults.lifecycle("e", { neverFinishes: true });
    const since = sandbox.requests.length;
    const { child, result } = workspace.start("apply", "-json", "-auto-approve");
    await untilWaitedFor(sandbox, "e", since);
    // The whole process group, as a terminal does: the provider gets the signal as well and must not die of it.
    process.kill(-(child.pid ?? 0), "SIGINT");
    const interrupted = await result;
    expect(interrupted.exitCode).toBe(1);
    expect(interrupted.diagnostics.map(({ summary }) => summary)).toContain("The operation was stopped");
    expect(await stateOf(workspace, "hikube_cluster.e")).toMatchObject({ name: "e" });
    sandbox.faults.lifecycle("e", {});
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a provider killed during a creation is followed by a run that continues its cluster", async () => {
    const workspace = await workspaceOf(main(2));
    sandbox.faults.lifecycle("e", { neverFinishes: true });
    const { child, result } = workspace.start("apply", "-json", "-auto-approve");
    await until(() => sandbox.stored("Kubernetes", "e") !== undefined);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await result;
    await until(() => providersOf(workspace).length === 0);
    sandbox.faults.lifecycle("e", {});
    const uid = sandbox.stored("Kubernetes", "e");
    expect(uid).toBeDefined();
    rmSync(join(workspace.directory, ".terraform.tfstate.lock.info"), { force: true });
    expectSuccess(await workspace.apply("-lock=false"));
    await expectEmptyPlan(workspace, "-lock=false");
    expectSuccess(await workspace.destroy("-lock=false"));
  });

  test("logs nothing secret at the most talkative level", async () => {
    const log = "log.txt";
    const workspace = await workspaceOf(main(2), { TF_LOG: "TRACE", TF_LOG_PATH: log });
    await applyClean(workspace);
    expectSuccess(await workspace.destroy());
    const text = readFileSync(join(workspace.directory, log), "utf8");
    expect(text).toMatch(/provider\.terraform-provider-hikube/);
    expect(text).not.toContain(sandbox.token);
    expect(text).not.toMatch(/PRIVATE KEY/);
  });

  // The bundle loads the YAML parser in another way than the sources do.
  test("reads values_yaml as Helm does", async () => {
    const yaml =
      "x: &x { cpu: 100m }\\nvelero: { on: no, mode: 0644, port: 1_000, text: 'no', all: { <<: *x, memory: 64Mi } }\\n";
    const workspace = await workspaceOf(`
resource "hikube_cluster" "y" {
  name = "y"
}
resource "hikube_addon" "y" {
  cluster_id  = hikube_cluster.y.id
  name        = "velero"
  values_yaml = "${yaml}"
}
`);
    await applyClean(workspace);
    expect(sandbox.stored("Kubernetes", "y")?.values).toMatchObject({
      addons: {
        velero: {
          valuesOverride: {
            velero: { true: false, mode: 420, port: 1000, text: "no", all: { cpu: "100m", memory: "64Mi" } },
          },
        },
      },
    });
    expectSuccess(await workspace.destroy());
  });

  test("started by hand it says what it is, and runs its commands", () => {
    expect(execFileSync(executable, ["version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(execFileSync(executable, ["help"], { encoding: "utf8" })).toMatch(/Terraform starts it by itself/);
    expect(() => execFileSync(executable, [], { stdio: "pipe" })).toThrow();
    expect(statSync(executable).mode & 0o111).not.toBe(0);
  });
});
