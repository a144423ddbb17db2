import { spawnSync } from "node:child_process";
import { findProgram } from "./go-tool.ts";

/** The first Terraform that has queries and actions. */
export const firstWithActions = "1.14";

/** Names of the CLI that the tests drive, in order of preference: HIKUBE_TEST_CLI, else terraform, else tofu. */
export const testCliNames = (): readonly string[] => {
  const wanted = process.env["HIKUBE_TEST_CLI"];
  return wanted === undefined ? ["terraform", "tofu"] : [wanted];
};

/** The path of the CLI that the tests drive; undefined where there is none. */
export const testCli = (): string | undefined =>
  testCliNames()
    .map((name) => (name.includes("/") ? name : findProgram(name)))
    .find((path) => path !== undefined);

/** The version of a Terraform, e.g. `1.15.5`; undefined for OpenTofu and for a program that does not run. */
export function terraformVersion(cli: string): string | undefined {
  const { TF_CLI_CONFIG_FILE: _, TF_CLI_ARGS: __, ...env } = process.env;
  const { stdout } = spawnSync(cli, ["version"], { encoding: "utf8", env: { ...env, CHECKPOINT_DISABLE: "1" } });
  return /^Terraform v(\S+)/.exec(stdout ?? "")?.[1];
}

/** Whether a version, e.g. `1.15.5`, is at least another, e.g. `1.14`. */
export function isAtLeast(version: string, least: string): boolean {
  const [parts, bounds] = [version, least].map((text) => text.split(/[.-]/).map(Number));
  const at = (bounds ?? []).findIndex((bound, index) => bound !== (parts?.[index] ?? 0));
  return at === -1 || (parts?.[at] ?? 0) > (bounds?.[at] ?? 0);
}

/** Whether a CLI has queries and actions: Terraform 1.14 and newer. */
export function hasActions(cli: string): boolean {
  const version = terraformVersion(cli);
  return version !== undefined && isAtLeast(version, firstWithActions);
}
