import { expect } from "vitest";
import type { CliResult, StateModule, Workspace } from "./cli.ts";

const described = (result: CliResult): string =>
  [...result.diagnostics.map(({ severity, summary, detail }) => `${severity}: ${summary}: ${detail}`), result.stderr]
    .join("\n")
    .trim();

/** A command that must succeed; its diagnostics are the message where it does not. */
export function expectSuccess(result: CliResult): CliResult {
  expect(result.exitCode, described(result) || result.stdout).toBe(0);
  return result;
}

/** Applies, and makes sure of what every apply owes: an empty plan and an empty refresh right after it (design §6). */
export async function applyClean(workspace: Workspace, ...args: string[]): Promise<CliResult> {
  const applied = expectSuccess(await workspace.apply(...args));
  await expectNoChanges(workspace, ...args);
  return applied;
}

export async function expectNoChanges(workspace: Workspace, ...args: string[]): Promise<void> {
  await expectEmptyPlan(workspace, ...args);
  const refresh = await workspace.plan("-refresh-only", ...args);
  if (refresh.drift.length === 0) return;
  // The exit code is no help: Terraform 1.11 answers 2 to a refresh that it calls "No changes" itself.
  const { stdout } = await workspace.run("plan", "-refresh-only", "-no-color", ...args);
  expect(refresh.drift, `the refresh is not empty: ${stdout}`).toEqual([]);
}

/** Where others changed something meanwhile, what is observed may have moved; what is declared has not. */
export async function expectEmptyPlan(workspace: Workspace, ...args: string[]): Promise<void> {
  const plan = await workspace.plan(...args);
  expect(plan.exitCode, `the plan is not empty: ${JSON.stringify(plan.changes)} ${described(plan)}`).toBe(0);
}

/** An error with this text, and the source line it stands at. */
export function expectError(result: CliResult, text: RegExp, code?: RegExp): void {
  expect(result.exitCode, described(result) || result.stdout).toBe(1);
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  const found = errors.find(({ summary, detail }) => text.test(`${summary}\n${detail}`));
  expect(found, `no error says ${text}:\n${described(result)}`).toBeDefined();
  if (code !== undefined) expect(found?.code ?? "", described(result)).toMatch(code);
}

export function expectWarning(result: CliResult, text: RegExp): void {
  const warnings = result.diagnostics.filter(({ severity }) => severity === "warning");
  expect(
    warnings.some(({ summary, detail }) => text.test(`${summary}\n${detail}`)),
    `no warning says ${text}:\n${described(result)}`,
  ).toBe(true);
}

/** The values of one resource in the state, in whatever module it lies. */
export async function stateOf(workspace: Workspace, address: string): Promise<Record<string, unknown>> {
  const find = (module: StateModule): Record<string, unknown> | undefined =>
    module.resources?.find((resource) => resource.address === address)?.values ??
    module.child_modules?.map(find).find((found) => found !== undefined);
  const found = find(await workspace.state());
  expect(found, `${address} is not in the state`).toBeDefined();
  return found ?? {};
}
