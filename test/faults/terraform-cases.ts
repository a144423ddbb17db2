import type { CliResult, Workspace } from "../acceptance/cli.ts";
import { startWorld, type World } from "../acceptance/world.ts";
import { generateCases } from "./campaign.ts";
import type { CaseResult, FaultCase } from "./fault-case.ts";
import { faultKinds, faultNamed, meetsTerraform } from "./fault-kinds.ts";
import { type FaultWorld, openConsole } from "./fault-world.ts";
import { foreignMarks } from "./foreign-marks.ts";
import { brokenPlatform } from "./invariants.ts";
import type { Declared } from "./mini-terraform.ts";
import { canary, importId, scenarioNamed, withTimeouts } from "./scenarios.ts";

/** Many times the recorded pace: what is left is mostly Terraform's own time. */
const speed = 300;
const lanes = 4;

/** The cases of a seed that the real Terraform can meet. */
export const terraformCases = (seed: number, count: number): FaultCase[] => {
  const most = Math.ceil((count * faultKinds.length) / faultKinds.filter(meetsTerraform).length) + faultKinds.length;
  return generateCases(seed + 1, most)
    .filter(({ fault }) => meetsTerraform(faultNamed(fault)))
    .slice(0, count);
};

/** The same as an engine case, with the real Terraform around the provider. */
export async function runTerraformCases(seed: number, count: number): Promise<CaseResult[]> {
  const rest = terraformCases(seed, count);
  const results: CaseResult[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) results.push(await runTerraformCase(next));
    }),
  );
  return results;
}

export async function runTerraformCase(one: FaultCase): Promise<CaseResult> {
  const began = performance.now();
  const world = await startWorld({ profile: one.profile, speed, restartMs: 200 });
  const console = await openConsole(world.sandbox, one.profile);
  const violations: string[] = [];
  let outcome = { reached: true, survived: false };
  try {
    outcome = await runIn(world, console, one, violations);
  } catch (error) {
    violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await console.close();
    await world.close();
  }
  return { case: one, ...outcome, violations, ms: performance.now() - began };
}

async function runIn(
  world: World,
  console: Pick<FaultWorld, "foreign" | "monitoredGroups">,
  one: FaultCase,
  violations: string[],
) {
  const { sandbox } = world;
  const { profile } = one;
  const scenario = scenarioNamed(one.scenario);
  const fault = faultNamed(one.fault);
  const seen = { sandbox, profile, ...console };
  const removal = fault.patience === undefined ? "30s" : "5s";
  const before = withTimeouts(scenario.before, "30s", removal);
  const workspace = await world.workspace("", { "main.tf.json": configuration(before) });
  if (before.length > 0) must(await workspace.apply(), "making the world sound");
  let marks = before.length > 0 ? await foreignMarks(seen, scenario, false) : undefined;
  if (scenario.imports === true) {
    for (const { address } of before)
      must(await workspace.run("state", "rm", address), "forgetting what is to be imported");
  }

  await workspace.write({
    "main.tf.json": configuration(withTimeouts(scenario.after, fault.patience ?? "30s", removal)),
    "provider.tf": providerBlock(fault.settings ?? {}),
  });
  let child: { kill(signal: "SIGINT"): void } | undefined;
  const armed = {
    ...seen,
    strikes: 0,
    mini: { stop: () => child?.kill("SIGINT") },
    clock: { jump: () => {} },
  } as unknown as FaultWorld;
  fault.arm(armed, one.k);
  const results: CliResult[] = [];
  if (scenario.imports === true) results.push(...(await importAll(workspace, scenario.after)));
  const started = workspace.start("apply", "-json", "-auto-approve", "-parallelism=10");
  child = { kill: (signal) => started.child.pid !== undefined && process.kill(-started.child.pid, signal) };
  const hit = await started.result;
  results.push(hit);
  child = undefined;
  const errors = results.flatMap(errorsOf);
  const all = results.flatMap(({ diagnostics }) => diagnostics);
  const text = all.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");
  if (armed.strikes > 0 && errors.length > 0 && !fault.says.test(text)) {
    violations.push(`no diagnostic speaks of ${fault.says}: ${errors.join(" | ")}`);
  }
  for (const { summary, detail } of all) {
    const halted = /halted|cancell?ed|interrupt/i.test(summary);
    if (!halted && (summary.trim() === "" || detail.trim() === ""))
      violations.push(`a diagnostic says nothing: ${summary}`);
  }
  for (const { stdout, stderr } of results) {
    if (`${stdout}${stderr}`.includes(canary)) violations.push("an output shows the secret");
    if (/panic:|plugin did not respond|crash/i.test(`${stdout}${stderr}`)) violations.push("something crashed");
  }

  sandbox.faults.clear();
  await new Promise((resolve) => setTimeout(resolve, fault.deletes === true ? 600 : 50));
  if (marks === undefined && fault.deletes !== true) marks = await foreignMarks(seen, scenario, true);
  const again = withTimeouts(scenario.after, "30s", "30s");
  await workspace.write({ "main.tf.json": configuration(again), "provider.tf": providerBlock({}) });
  await workspace.run("untaint", "-allow-missing", "hikube_cluster.prod");
  let recovered = await workspace.apply();
  if (errorsOf(recovered).some((said) => /terraform import|import it/i.test(said))) {
    await importAll(workspace, again);
    recovered = await workspace.apply();
  }
  violations.push(...errorsOf(recovered).map((said) => `the run after it failed: ${said}`));
  const plan = await workspace.plan();
  if (plan.exitCode !== 0)
    violations.push(`the plan is not empty: ${JSON.stringify(plan.changes)} ${errorsOf(plan).join(" | ")}`);
  if (fault.leavesAnother !== true || scenario.after.length > 0) {
    violations.push(...(await brokenPlatform(seen, scenario.after, fault.deletes === true ? undefined : marks)));
  }
  violations.push(...(await badState(workspace, scenario.after)));
  return { reached: armed.strikes > 0, survived: errors.length === 0 };
}

async function badState(workspace: Workspace, declared: readonly Declared[]): Promise<string[]> {
  const state = await workspace.state();
  const wrong = JSON.stringify(state).includes(canary) ? ["the state shows the secret"] : [];
  const addresses = (state.resources ?? [])
    .map(({ address }) => address)
    .sort()
    .join(" ");
  const wanted = declared
    .map(({ address }) => address)
    .sort()
    .join(" ");
  return addresses === wanted ? wrong : [...wrong, `the state has ${addresses}, not ${wanted}`];
}

async function importAll(workspace: Workspace, declared: readonly Declared[]): Promise<CliResult[]> {
  const results: CliResult[] = [];
  const known = new Set(((await workspace.state()).resources ?? []).map(({ address }) => address));
  for (const one of declared) {
    if (known.has(one.address)) continue;
    // What an import says is not JSON; the apply after it says the same again.
    await workspace.run("import", "-no-color", one.address, importId(one));
  }
  return results;
}

const providerBlock = (settings: Readonly<Record<string, unknown>>): string =>
  `provider "hikube" {\n  config_path = abspath("kubeconfig")\n${Object.entries(settings)
    .map(([key, value]) => `  ${key} = ${JSON.stringify(value)}\n`)
    .join("")}}\n`;

/** The declarations in Terraform's JSON syntax. */
function configuration(declared: readonly Declared[]): string {
  const resource: Record<string, Record<string, unknown>> = {};
  for (const { address, type, config, of } of declared) {
    const [, name = ""] = address.split(".");
    const block = of === undefined ? config : { ...config, cluster_id: `\${${of}.id}` };
    resource[type] = { ...resource[type], [name]: block };
  }
  return JSON.stringify(declared.length === 0 ? {} : { resource }, null, 1);
}

const errorsOf = (result: CliResult): string[] =>
  result.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, detail }) => `${summary}: ${detail}`);

function must(result: CliResult, what: string): void {
  if (result.exitCode !== 0) throw new Error(`${what} failed: ${errorsOf(result).join(" | ")} ${result.stderr}`);
}
