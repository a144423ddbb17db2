import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mirror } from "../../../scripts/ensure-built.ts";
import type { Sandbox } from "../../../src/sandbox/sandbox.ts";
import { createWorkspace, findCli, type Workspace } from "./cli.ts";
import { expectSuccess } from "./expectations.ts";
import { header } from "./test-bed.ts";

/** A workspace whose provider is the packaged executable, installed by the CLI's own init from a filesystem mirror. */
export async function installed(
  sandbox: Sandbox,
  main: string,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  const workspace = await createWorkspace(findCli(), env, {
    "versions.tf": header,
    "provider.tf": 'provider "hikube" {\n  config_path = "kubeconfig"\n}\n',
    kubeconfig: sandbox.kubeconfig,
    "main.tf": main,
    "cli.tfrc": `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    ...files,
  });
  expectSuccess(await workspace.run("init", "-no-color"));
  return workspace;
}

/** Ids of the provider processes whose working directory is the workspace. */
export function providersOf(workspace: Workspace): number[] {
  return readdirSync("/proc")
    .filter((entry) => {
      if (!/^\d+$/.test(entry)) return false;
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, "utf8");
        return (
          command.includes("terraform-provider-hikube") && readlinkSync(`/proc/${entry}/cwd`) === workspace.directory
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
