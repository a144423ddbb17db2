import { expect, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { installed } from "../support/terraform/installed.ts";

const main = `
variable "group" { default = "first" }
variable "addon" { default = true }
variable "enabled" { default = true }
variable "replicas" { default = 1 }

resource "hikube_cluster" "c" {
  count = var.enabled ? 1 : 0
  name  = "runs"
}

resource "hikube_nodegroup" "g" {
  count        = var.enabled ? 1 : 0
  cluster_id   = hikube_cluster.c[0].id
  name         = var.group
  min_replicas = var.replicas
  max_replicas = var.replicas
}

resource "hikube_addon" "a" {
  count      = var.enabled && var.addon ? 1 : 0
  cluster_id = hikube_cluster.c[0].id
  name       = "cert-manager"
}
`;

/** Name, command and variables of each run. */
const runs: readonly [string, "plan" | "apply", string][] = [
  ["planned", "plan", ""],
  ["created", "apply", ""],
  ["planned_without", "plan", "enabled = false"],
  ["planned_without_addon", "plan", "addon = false"],
  ["scaled", "apply", "replicas = 2"],
  ["without_addon", "apply", "addon = false"],
  ["with_addon_again", "apply", ""],
  ["other_group", "apply", 'group = "second"'],
  ["first_group_again", "apply", ""],
  ["nothing", "apply", "enabled = false"],
  ["created_again", "apply", ""],
];

const testFile = runs
  .map(
    ([name, command, variables]) =>
      `run "${name}" {\n  command = ${command}\n  variables {\n    ${variables}\n  }\n}\n`,
  )
  .join("\n");

// Newer versions configure one provider process for all runs of a file, and for the destroy after the last.
test.each(["1.1.2", "1.6.2"] as const)("the runs of a test file follow each other on platform %s", async (profile) => {
  const sandbox = await startSandbox({ profile, speed: 60 });
  const workspace = await installed(sandbox, main, { KUBECONFIG: "kubeconfig" }, { "runs.tftest.hcl": testFile });
  const { stdout } = expectSuccess(await workspace.run("test", "-no-color"));
  expect(stdout).toContain(`${runs.length} passed, 0 failed`);
  expect(stdout).not.toMatch(/is not destroyed|manage one/);
  expect(sandbox.stored("Kubernetes", "runs")).toBeUndefined();
  await workspace.remove();
  await sandbox.stop();
});
