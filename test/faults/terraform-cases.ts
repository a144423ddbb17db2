import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "../../scripts/ensure-built.ts";
import type { Clock } from "../../src/base/clock.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { turnClock } from "../support/clock/turn-clock.ts";
import type { CliResult, Workspace } from "../support/terraform/cli.ts";
import { installed, providersOf, until } from "../support/terraform/installed.ts";
import { startTestBed } from "../support/terraform/test-bed.ts";
import { generateCases, runReached } from "./campaign.ts";
import { type CaseResult, type FaultCase, secretsIn } from "./fault-case.ts";
import { faultKinds, faultNamed, meetsTerraform, usesCommand } from "./fault-kinds.ts";
import {
  type Credentials,
  credentialCommand,
  type FaultSetup,
  openConsole,
  recorder,
  slowness,
  stretch,
  stretched,
} from "./fault-setup.ts";
import { foreignMarks } from "./foreign-marks.ts";
import { brokenPlatform } from "./invariants.ts";
import type { Declared } from "./mini-terraform.ts";
import { canary, clusterName, importId, scenarioNamed, withTimeouts } from "./scenarios.ts";

/** Many times the recorded pace: what is left is mostly Terraform's own time. */
const speed = 300;
const lanes = 4;
/** How long machines may outlive their cluster; a removal has several times as long, as it has by default. */
const orphanMs = 1_000;

/** The cases of a seed that the real Terraform can meet. */
export const terraformCases = (seed: number, count: number): FaultCase[] => {
  const most = Math.ceil((count * faultKinds.length) / faultKinds.filter(meetsTerraform).length) + faultKinds.length;
  return generateCases(seed + 1, most)
    .filter(({ fault }) => meetsTerraform(faultNamed(fault)))
    .slice(0, count);
};

/** The same as engine cases, with the real Terraform around the provider. */
export async function runTerraformCases(seed: number, count: number): Promise<CaseResult[]> {
  const rest = terraformCases(seed, count);
  const results: CaseResult[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        results.push(await runReached(next, runTerraformCase));
    }),
  );
  return results;
}

/** A platform, and workspaces whose provider runs in this process or, to be killed, as the packaged executable. */
interface Stage {
  readonly sandbox: Sandbox;
  readonly credentials: FaultSetup["credentials"] & Pick<Credentials, "connection">;
  workspace(): Promise<Workspace>;
  /** What the provider in this process logged; the executable's log is in Terraform's. */
  logged(): string;
  close(): Promise<void>;
}

/** Everything that Terraform logs, and what it passes on of the provider's. */
const talkative = { TF_LOG: "TRACE", TF_LOG_PATH: "trace.txt" };

async function openStage(one: FaultCase, clock: Clock, slower: number): Promise<Stage> {
  const { during } = scenarioNamed(one.scenario);
  // Terraform takes seconds until it begins to destroy: the platform must still be at it then.
  const options = {
    profile: one.profile,
    speed: during === undefined ? speed : during.speed / 3,
    restartMs: 200,
    clock,
  };
  const directory = mkdtempSync(join(tmpdir(), "hikube-faults-"));
  const leave = () => rmSync(directory, { recursive: true, force: true });
  if (!faultNamed(one.fault).kills) {
    const { log, logged } = recorder();
    const setup = await startTestBed(options, log, { orphanMs: orphanMs * slower });
    const { sandbox } = setup;
    const credentials = credentialCommand(sandbox, directory, clock, slower);
    const close = async () => {
      credentials.close();
      await setup.close();
      leave();
    };
    return { sandbox, credentials, workspace: () => setup.workspace("", {}, talkative), logged, close };
  }
  ensureBuilt();
  const sandbox = await startSandbox(options);
  const workspaces: Workspace[] = [];
  const credentials = credentialCommand(sandbox, directory, clock, slower);
  return {
    sandbox,
    credentials,
    workspace: async () => {
      const workspace = await installed(sandbox, "", talkative);
      workspaces.push(workspace);
      return workspace;
    },
    logged: () => "",
    close: async () => {
      credentials.close();
      await sandbox.stop();
      await Promise.all(workspaces.map((workspace) => workspace.remove()));
      leave();
    },
  };
}

export async function runTerraformCase(one: FaultCase): Promise<CaseResult> {
  const began = performance.now();
  const slower = await slowness();
  const clock = { ...turnClock(), jump: () => {} };
  const stage = await openStage(one, clock, slower);
  const console = { ...(await openConsole(stage.sandbox, one.profile, clock)), clock };
  const violations: string[] = [];
  let outcome = { reached: true, survived: false, advised: false };
  try {
    outcome = await runIn(stage, console, one, slower, violations);
  } catch (error) {
    violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await console.close();
    await stage.close();
  }
  return { case: one, ...outcome, violations, ms: performance.now() - began };
}

async function runIn(
  stage: Stage,
  console: Pick<FaultSetup, "foreign" | "monitored" | "clock">,
  one: FaultCase,
  slower: number,
  violations: string[],
) {
  const { sandbox, credentials } = stage;
  const { profile } = one;
  const scenario = scenarioNamed(one.scenario);
  const fault = faultNamed(one.fault);
  const seen = { sandbox, profile, ...console };
  const { during } = scenario;
  const limits = during === undefined ? { patient: "30s", short: "5s" } : { patient: "120s", short: "40s" };
  const patient = stretch(limits.patient, slower);
  const removal = fault.patience === undefined ? patient : stretch(limits.short, slower);
  const before = withTimeouts(scenario.before, patient, removal);
  const workspace = await stage.workspace();
  if (usesCommand(fault)) credentials.use();
  const settle = (declared: readonly Declared[], settings: Readonly<Record<string, unknown>>) =>
    workspace.write({
      "main.tf.json": configuration(declared),
      "provider.tf": "",
      "provider.tf.json": providerBlock({ ...credentials.connection(), ...settings }),
    });
  await settle(before, {});
  if (before.length > 0) must(await workspace.apply(), "making the start sound");
  let marks = before.length > 0 ? await foreignMarks(seen, scenario, false) : undefined;
  if (scenario.imports === true) {
    for (const { address } of before)
      must(await workspace.run("state", "rm", address), "forgetting what is to be imported");
  }

  if (during !== undefined) {
    sandbox.faults.lifecycle(clusterName, during.lifecycle);
    await settle(withTimeouts(during.applied, patient, removal), {});
    must(await workspace.apply(), "bringing the moment about");
  }
  const longest = fault.patience === undefined ? patient : stretch(fault.patience, slower);
  await settle(withTimeouts(scenario.after, longest, removal), stretched(fault.settings ?? {}, slower));
  let group: number | undefined;
  let killed = false;
  const kill = (victim: "provider" | "everything") => {
    killed = true;
    if (victim === "everything" && group !== undefined) process.kill(-group, "SIGKILL");
    for (const id of providersOf(workspace)) process.kill(id, "SIGKILL");
  };
  const armed = {
    ...seen,
    strikes: 0,
    credentials,
    mini: { stop: () => group !== undefined && process.kill(-group, "SIGINT"), kill },
  } as unknown as FaultSetup;
  fault.arm(armed, one.k);
  const results: CliResult[] = [];
  if (scenario.imports === true) results.push(...(await importAll(workspace, scenario.after)));
  const started = workspace.start("apply", "-json", "-auto-approve", "-parallelism=10");
  group = started.child.pid;
  results.push(await started.result);
  group = undefined;
  const errors = results.flatMap(errorsOf);
  const all = results.flatMap(({ diagnostics }) => diagnostics);
  const text = all.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");
  if (fault.mute !== true && armed.strikes > 0 && errors.length > 0 && fault.says?.test(text) !== true) {
    const due =
      fault.says === undefined ? "it passes by itself, and the run failed" : `no diagnostic speaks of ${fault.says}`;
    violations.push(`${due}: ${errors.join(" | ")}`);
  }
  for (const { severity, summary, detail } of all) {
    const halted = /halted|cancell?ed|interrupt/i.test(summary);
    if (!halted && (summary.trim() === "" || detail.trim() === ""))
      violations.push(`a diagnostic says nothing: ${summary}`);
    if (severity === "error" && !halted && !killed && !/\n|correct the|apply again/i.test(detail))
      violations.push(`an error does not say what to do: ${summary}: ${detail}`);
  }
  for (const { stdout, stderr } of results) {
    if (`${stdout}${stderr}`.includes(canary)) violations.push("an output shows the secret");
    if (!killed && /panic:|plugin did not respond|crash/i.test(`${stdout}${stderr}`))
      violations.push("something crashed");
  }

  sandbox.faults.clear();
  credentials.restore();
  await until(() => !killed || providersOf(workspace).length === 0);
  // What a killed Terraform leaves behind; its user reads so and removes it.
  rmSync(join(workspace.directory, ".terraform.tfstate.lock.info"), { force: true });
  await console.foreign.settled();
  if (marks === undefined && fault.deletes !== true && scenario.after.length > 0)
    marks = await foreignMarks(seen, scenario, true);
  const again = withTimeouts(scenario.after, patient, patient);
  await settle(again, {});
  let recovered = await workspace.apply();
  let advised = false;
  if (errorsOf(recovered).some((said) => /terraform untaint/.test(said))) {
    await workspace.run("untaint", "hikube_cluster.prod");
    recovered = await workspace.apply();
    advised = true;
  }
  if (errorsOf(recovered).some((said) => /terraform import|import it/i.test(said))) {
    await importAll(workspace, again);
    recovered = await workspace.apply();
    advised = true;
  }
  violations.push(...errorsOf(recovered).map((said) => `the run after it failed: ${said}`));
  const plan = await workspace.plan();
  if (plan.exitCode !== 0)
    violations.push(`the plan is not empty: ${JSON.stringify(plan.changes)} ${errorsOf(plan).join(" | ")}`);
  if (fault.leavesAnother !== true || scenario.after.length > 0) {
    violations.push(...(await brokenPlatform(seen, scenario.after, fault.deletes === true ? undefined : marks)));
  }
  violations.push(...(await badState(workspace, scenario.after)));
  const trace = await readFile(join(workspace.directory, "trace.txt"), "utf8");
  violations.push(...secretsIn("a log", `${trace}${stage.logged()}`, stage));
  return { reached: armed.strikes > 0, survived: errors.length === 0, advised };
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
  JSON.stringify({ provider: { hikube: settings } });

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
