import type { PlatformVersion } from "../../src/sandbox/platform/profile.ts";
import { type CaseResult, type FaultCase, lineOf, neverStruck, runFaultCase } from "./fault-case.ts";
import { type FaultKind, faultKinds } from "./fault-kinds.ts";
import { type Scenario, scenarioNamed, scenarios } from "./scenarios.ts";

/** Every second case is on the version that Hikube runs. */
const profiles: readonly PlatformVersion[] = ["1.1.2", "1.6.2", "1.1.2", "next"];

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Whether a fault applies to a scenario: a client that deletes a cluster during an action orphans it. On the next platform, a destroy
 * writes nothing before it deletes.
 */
const meets = (
  { patchless = false, during, after }: Scenario,
  { needsPatch, needsWrite, needsDeletion, deletes }: FaultKind,
  profile: PlatformVersion,
): boolean => {
  const isWriteless = profile === "next" && during !== undefined;
  return (
    !((patchless || isWriteless) && needsPatch === true) &&
    !(isWriteless && needsWrite === true) &&
    (during === undefined || deletes !== true) &&
    (after.length === 0 || needsDeletion !== true)
  );
};

/**
 * `count` cases that a seed decides: every fault on each platform, each time with the next scenario, at a request of
 * which the seed decides.
 */
export function generateCases(seed: number, count: number): FaultCase[] {
  const random = seeded(seed);
  const offset = Math.floor(random() * scenarios.length);
  return Array.from({ length: count }, (_, index) => {
    const fault = faultKinds[index % faultKinds.length];
    const round = Math.floor(index / faultKinds.length);
    if (fault === undefined) throw new Error("There is nothing to generate from.");
    const profile = profiles[(round + index) % profiles.length] ?? "1.1.2";
    const meeting = scenarios.filter((scenario) => meets(scenario, fault, profile));
    const scenario = meeting[(offset + round + index) % meeting.length];
    if (scenario === undefined) throw new Error("There is nothing to generate from.");
    return { profile, scenario: scenario.name, k: 1 + Math.floor(random() * scenario.requests), fault: fault.name };
  });
}

/** Runs a case; where the run makes fewer requests than `k`, the fault strikes at an earlier one, down to the first. */
export async function runReached(
  one: FaultCase,
  run: (one: FaultCase) => Promise<CaseResult> = runFaultCase,
): Promise<CaseResult> {
  const result = await run(one);
  if (result.reached || result.violations.length > 0 || one.k === 1) return result;
  return await runReached({ ...one, k: Math.ceil(one.k / 2) }, run);
}

/** Runs cases, so many at once: they mostly wait. */
export async function runCases(
  cases: readonly FaultCase[],
  lanes: number,
  done: (result: CaseResult) => void,
): Promise<void> {
  const rest = [...cases];
  await Promise.all(
    Array.from({ length: Math.min(lanes, rest.length) }, async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) done(await runReached(next));
    }),
  );
}

/**
 * The smallest case that still fails: simpler scenarios first, then earlier requests. undefined where the case itself does not fail again.
 */
export async function shrink(
  failed: FaultCase,
  run: (one: FaultCase) => Promise<CaseResult> = runFaultCase,
): Promise<FaultCase | undefined> {
  const fails = async (candidate: FaultCase) => {
    const { violations } = await run(candidate);
    return violations.some((text) => text !== neverStruck);
  };
  let best = failed;
  for (const scenario of scenarios) {
    if (scenario.name === best.scenario) break;
    const k = Math.min(best.k, scenarioNamed(scenario.name).requests);
    if (scenario.during !== undefined) continue;
    const simpler = { ...best, scenario: scenario.name, k };
    if (await fails(simpler)) {
      best = simpler;
      break;
    }
  }
  for (const k of [1, 2, 3, 4, Math.floor(best.k / 2), best.k - 2, best.k - 1]) {
    if (k < 1 || k >= best.k) continue;
    const earlier = { ...best, k };
    if (await fails(earlier)) return earlier;
  }
  return best !== failed || (await fails(failed)) ? best : undefined;
}

export interface TableRow {
  readonly fault: string;
  cases: number;
  survived: number;
  /** Runs that failed and said why. */
  diagnosed: number;
  /** Cases in which something was broken afterwards. */
  failed: number;
}

/** The fault table: what became of the runs that were hit. Every row but `failed` counts cases that came right again. */
export function faultTable(results: readonly CaseResult[]): TableRow[] {
  return faultKinds.flatMap(({ name }) => {
    const of = results.filter((result) => result.case.fault === name);
    if (of.length === 0) return [];
    const right = of.filter(({ violations }) => violations.length === 0);
    return [
      {
        fault: name,
        cases: of.length,
        survived: right.filter(({ survived }) => survived).length,
        diagnosed: right.filter(({ survived }) => !survived).length,
        failed: of.length - right.length,
      },
    ];
  });
}

export function tableText(rows: readonly TableRow[]): string {
  const columns = ["fault", "cases", "survived", "diagnosed", "failed"] as const;
  const total = rows.reduce<TableRow>(
    (sum, row) => ({
      fault: "all",
      cases: sum.cases + row.cases,
      survived: sum.survived + row.survived,
      diagnosed: sum.diagnosed + row.diagnosed,
      failed: sum.failed + row.failed,
    }),
    { fault: "all", cases: 0, survived: 0, diagnosed: 0, failed: 0 },
  );
  const lines = [...rows, total].map((row) => `| ${columns.map((column) => String(row[column])).join(" | ")} |`);
  return [`| ${columns.join(" | ")} |`, `|---|${"---:|".repeat(columns.length - 1)}`, ...lines].join("\n");
}

export const describeFailure = (result: CaseResult): string =>
  `${lineOf(result.case)}\n${result.violations.map((text) => `    ${text}`).join("\n")}`;
