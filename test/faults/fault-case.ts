import { isPlatformVersion, type PlatformVersion, platformVersions } from "../../src/sandbox/platform/profile.ts";
import { type FaultKind, faultNamed, usesCommand } from "./fault-kinds.ts";
import { type FaultSetup, slowness, startFaultSetup, stretched } from "./fault-setup.ts";
import { foreignMarks, type Marks } from "./foreign-marks.ts";
import { brokenPromises, unreadable } from "./invariants.ts";
import type { Declared, MiniTerraform, Run } from "./mini-terraform.ts";
import { canary, clusterName, importId, type Scenario, scenarioNamed, withTimeouts } from "./scenarios.ts";

/** A scenario on one platform, hit at request `k` by one fault. */
export interface FaultCase {
  readonly profile: PlatformVersion;
  readonly scenario: string;
  readonly k: number;
  readonly fault: string;
}

export interface CaseResult {
  readonly case: FaultCase;
  /** False where the run made fewer requests than `k`: nothing went wrong in it. */
  readonly reached: boolean;
  /** The run that was hit ended without an error. */
  readonly survived: boolean;
  /** The run after it was refused by design at first, and the way out that its text names was taken. */
  readonly advised: boolean;
  /** What must not be, and is; empty where the case passes. */
  readonly violations: readonly string[];
  readonly ms: number;
}

export const neverStruck = "the fault never struck";

export const lineOf = ({ profile, scenario, k, fault }: FaultCase): string => `${profile} ${scenario} ${k} ${fault}`;

export function parseLine(line: string): FaultCase {
  const [profile, scenario, k, fault] = line.trim().split(/\s+/);
  if (!isPlatformVersion(profile) || scenario === undefined || fault === undefined || !(Number(k) >= 1)) {
    throw new Error(
      `A case reads "<${platformVersions.join("|")}> <scenario> <request> <fault>", not ${JSON.stringify(line)}.`,
    );
  }
  return { profile, scenario: scenarioNamed(scenario).name, k: Number(k), fault: faultNamed(fault).name };
}

/** A run that takes so long hangs, whatever the machine is at. */
const longestRunMs = 10 * 60_000;
const patient = "20s";
const shortRemoval = "5s";
/** The same where the platform's actions take as long as real ones. */
const slow = { patient: "100s", shortRemoval: "15s" };

/**
 * Runs one case: a sound start with objects of other clients, the run that is hit, and the same configuration once more without
 * faults; then everything that was promised is looked at.
 */
export async function runFaultCase(one: FaultCase): Promise<CaseResult> {
  const began = performance.now();
  const { during } = scenarioNamed(one.scenario);
  const slower = await slowness();
  const setup = await startFaultSetup(one.profile, {
    slower,
    ...(during === undefined ? {} : { speed: during.speed }),
  });
  const violations: string[] = [];
  try {
    const outcome = await runIn(setup, one, slower, violations);
    if (!outcome.reached && one.k === 1) violations.push(neverStruck);
    return { case: one, ...outcome, violations, ms: performance.now() - began };
  } catch (error) {
    violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { case: one, reached: true, survived: false, advised: false, violations, ms: performance.now() - began };
  } finally {
    await setup.close();
  }
}

async function runIn(setup: FaultSetup, one: FaultCase, slower: number, violations: string[]) {
  const scenario = scenarioNamed(one.scenario);
  const fault = faultNamed(one.fault);
  const { mini, sandbox } = setup;
  const { during } = scenario;
  const limits = during === undefined ? { patient, shortRemoval } : slow;
  const removal = fault.patience === undefined ? limits.patient : limits.shortRemoval;
  const before = withTimeouts(scenario.before, limits.patient, removal);
  const maker = scenario.imports === true ? setup.another() : mini;
  if (usesCommand(fault)) setup.credentials.use();
  if (before.length > 0) mustSucceed("making the start sound", await maker.apply(before));
  let marks: Marks | undefined = before.length > 0 ? await foreignMarks(setup, scenario, false) : undefined;

  if (during !== undefined) {
    sandbox.faults.lifecycle(clusterName, during.lifecycle);
    mustSucceed("bringing the moment about", await mini.apply(withTimeouts(during.applied, limits.patient, removal)));
  }

  // The run that is hit.
  setup.settings = stretched(fault.settings ?? {}, slower);
  const writes = sandbox.writes;
  fault.arm(setup, one.k);
  const hit = await bounded(
    "the run that is hit",
    violations,
    runScenario(mini, scenario, withTimeouts(scenario.after, fault.patience ?? patient)),
    longestRunMs,
  );
  const reached = setup.strikes > 0;
  if (sandbox.writes - writes > mostWrites) violations.push(`${sandbox.writes - writes} writes in one run`);
  const errors = hit.diagnostics.filter(({ severity }) => severity === "error");
  if (reached) violations.push(...badDiagnostics(hit, fault));

  // Faults end, and any other client that deletes the cluster has finished.
  sandbox.faults.clear();
  setup.credentials.restore();
  setup.settings = {};
  await setup.foreign.settled();
  // A client that writes to a cluster during its deletion orphans it (platform.md §1.11).
  if (marks === undefined && fault.deletes !== true && scenario.after.length > 0)
    marks = await foreignMarks(setup, scenario, true);

  // Once more.
  const again = withTimeouts(scenario.after, patient);
  let advised = false;
  const recovered = await bounded(
    "the run after it",
    violations,
    recover(mini, again).then((run) => {
      advised = run.advised;
      return run;
    }),
    longestRunMs,
  );
  violations.push(...saysNoSecret(recovered), ...errorsOf(recovered).map((text) => `the run after it failed: ${text}`));
  const plan = await bounded("the plan after it", violations, mini.plan(again), longestRunMs);
  violations.push(...errorsOf(plan).map((text) => `the plan after it failed: ${text}`));
  if (plan.changes.length > 0) violations.push(`the plan is not empty: ${plan.changes.join(", ")}`);
  violations.push(...secretsIn("the log", setup.logged(), setup));
  if (fault.leavesAnother === true && scenario.after.length === 0) violations.push(...unreadable(setup, []));
  else violations.push(...(await brokenPromises(setup, scenario.after, fault.deletes === true ? undefined : marks)));
  return { reached, survived: errors.length === 0, advised };
}

/** A stepwise upgrade of two minors, one coalesced write for all else, and what a fault may make necessary twice. */
const mostWrites = 14;

async function runScenario(mini: MiniTerraform, scenario: Scenario, after: readonly Declared[]): Promise<Run> {
  if (scenario.imports !== true) return await mini.apply(after);
  const imports = await importAll(mini, after);
  const applied = await mini.apply(after);
  return { diagnostics: [...imports, ...applied.diagnostics], changes: applied.changes };
}

async function importAll(mini: MiniTerraform, declared: readonly Declared[]): Promise<Run["diagnostics"]> {
  const runs: Run[] = [];
  for (const one of declared) {
    if (!mini.state.has(one.address)) runs.push(await mini.importInto(one, importId(one)));
  }
  return runs.flatMap((run) => run.diagnostics);
}

/** Applies once more; where the provider refuses by design, takes the ways out that its own texts name: untaint, import. */
async function recover(
  mini: MiniTerraform,
  declared: readonly Declared[],
): Promise<Run & { readonly advised: boolean }> {
  let run = await mini.apply(declared);
  let advised = false;
  if (errorsOf(run).some((text) => /terraform untaint/.test(text))) {
    for (const [address, stored] of mini.state) mini.state.set(address, { ...stored, tainted: false });
    run = await mini.apply(declared);
    advised = true;
  }
  const told = errorsOf(run).filter((text) => /terraform import|import it/i.test(text));
  if (told.length === 0) return { ...run, advised };
  const imported = await importAll(
    mini,
    declared.filter(({ address }) => told.some((text) => text.startsWith(`${address}:`))),
  );
  const again = await mini.apply(declared);
  return { diagnostics: [...imported, ...again.diagnostics], changes: again.changes, advised: true };
}

function badDiagnostics(run: Run, fault: FaultKind): string[] {
  const bad = saysNoSecret(run);
  for (const { severity, summary, detail } of run.diagnostics) {
    if (summary.trim() === "" || detail.trim() === "") bad.push(`a diagnostic says nothing: ${summary}: ${detail}`);
    if (severity === "error" && !/\n|correct the|apply again/i.test(detail))
      bad.push(`an error does not say what to do: ${summary}: ${detail}`);
    if (/internal error$/i.test(summary) || /undefined|\[object|TypeError|NaN/.test(`${summary} ${detail}`)) {
      bad.push(`a diagnostic is of no use: ${summary}: ${detail}`);
    }
  }
  const errors = errorsOf(run);
  const all = run.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");
  if (errors.length > 0 && fault.mute !== true && fault.says?.test(all) !== true) {
    const due =
      fault.says === undefined ? "it passes by itself, and the run failed" : `no diagnostic speaks of ${fault.says}`;
    bad.push(`${due}: ${errors.join(" | ")}`);
  }
  return bad;
}

const saysNoSecret = (run: Run): string[] =>
  JSON.stringify(run.diagnostics).includes(canary) ? ["a diagnostic shows the secret"] : [];

/** The canary in add-on values, and all credentials. */
export const secretsIn = (what: string, text: string, { credentials }: Pick<FaultSetup, "credentials">): string[] =>
  [canary, ...credentials.tokens()].some((secret) => text.includes(secret)) ? [`${what} shows a secret`] : [];

const errorsOf = (run: Run): string[] =>
  run.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ address, summary, detail }) => `${address}: ${summary}: ${detail}`);

function mustSucceed(what: string, run: Run): void {
  const errors = errorsOf(run);
  if (errors.length > 0) throw new Error(`${what} failed: ${errors.join(" | ")}`);
}

async function bounded(what: string, violations: string[], run: Promise<Run>, ms: number): Promise<Run> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([run, late]);
  } catch (error) {
    violations.push(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { diagnostics: [], changes: [] };
  } finally {
    clearTimeout(timer);
  }
}
