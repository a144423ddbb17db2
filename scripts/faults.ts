import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { describeFailure, faultTable, generateCases, runCases, shrink, tableText } from "../test/faults/campaign.ts";
import { type CaseResult, lineOf, parseLine, runFaultCase } from "../test/faults/fault-case.ts";
import { reliabilityPage } from "../test/faults/reliability-page.ts";
import { type RivalryResult, rivalries, runRivalry } from "../test/faults/rivalry.ts";
import { runTerraformCase, runTerraformCases } from "../test/faults/terraform-cases.ts";

/**
 * Generates fault cases and runs them: `npm run faults -- [--seed N] [--cases N] [--terraform N] [--only "<line>"] [--write]`.
 * What fails prints one line that repeats it: a case, `terraform <case>`, or `beside <platform> <console|two-runs> <seed>`. `--write`
 * puts the figures into docs/guides/reliability.md.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    cases: { type: "string", default: "1000" },
    terraform: { type: "string", default: "60" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
    part: { type: "string" },
  },
});

const workers = 2;
const lanes = 8;
const seed = Number(values.seed);
const count = Number(values.cases);
if (![seed, count, Number(values.terraform)].every((number) => Number.isInteger(number) && number >= 0)) {
  console.error("--seed, --cases and --terraform are whole numbers.");
  process.exit(2);
}

// A crash of the provider's own code is a failure of whatever ran, never of the machine that counts.
const crashes: string[] = [];
process.on("unhandledRejection", (reason) =>
  crashes.push(`unhandled: ${reason instanceof Error ? reason.stack : String(reason)}`),
);

if (values.only !== undefined) await one(values.only);
else if (values.part !== undefined) await part(Number(values.part));
else await all();

async function one(line: string): Promise<void> {
  const began = performance.now();
  const violations = await violationsOf(line);
  const took = `${Math.round(performance.now() - began)} ms`;
  console.log(
    violations.length === 0 ? `passes in ${took}: ${line}` : `FAILED ${line}\n    ${violations.join("\n    ")}`,
  );
  process.exit(violations.length === 0 ? 0 : 1);
}

async function violationsOf(line: string): Promise<readonly string[]> {
  const [first = "", ...rest] = line.trim().split(/\s+/);
  if (first === "terraform") return (await runTerraformCase(parseLine(rest.join(" ")))).violations;
  if (first !== "beside") return (await runFaultCase(parseLine(line))).violations;
  const [profile, kind, ownSeed] = rest;
  const rivalry = rivalries.find((known) => known.profile === profile && known.kind === kind);
  if (rivalry === undefined) throw new Error('Other writers read "beside <1.1.2|1.6.2> <console|two-runs> <seed>".');
  return (await runRivalry(rivalry, Number(ownSeed))).violations;
}

/** One worker's share, result by result to the parent. */
async function part(index: number): Promise<void> {
  const mine = generateCases(seed, count).filter((_, at) => at % workers === index);
  await runCases(mine, lanes, (result) => process.send?.(result));
  for (const crash of crashes) process.send?.({ crash });
  process.disconnect?.();
  process.exit(0);
}

async function all(): Promise<void> {
  const began = performance.now();
  const results: CaseResult[] = [];
  const say = (result: CaseResult) => {
    results.push(result);
    if (result.violations.length > 0) console.log(`FAILED ${describeFailure(result)}`);
    if (results.length % 100 === 0) console.error(`${results.length} of ${count} cases`);
  };
  await Promise.all(Array.from({ length: workers }, (_, index) => worker(index, say)));
  console.error(`the engine took ${Math.round((performance.now() - began) / 1000)} s`);
  const failed = results.filter(({ violations }) => violations.length > 0);
  for (const { case: found } of failed.slice(0, 5)) {
    const smallest = await shrink(found);
    console.log(repeat(lineOf(smallest ?? found), smallest === undefined ? " (did not fail a second time)" : ""));
  }
  const rivals: RivalryResult[] = await Promise.all(rivalries.map((rivalry) => runRivalry(rivalry, seed)));
  const terraform = await runTerraformCases(seed, Number(values.terraform));
  for (const result of terraform) {
    if (result.violations.length === 0) continue;
    console.log(`FAILED in Terraform ${describeFailure(result)}`);
    console.log(repeat(`terraform ${lineOf(result.case)}`));
  }
  const page = reliabilityPage({ seed, results, terraform, rivals });
  console.log(page);
  console.log(tableText(faultTable(results)).split("\n").at(-1));
  if (values.write) writeFileSync(new URL("../docs/guides/reliability.md", import.meta.url), page);
  for (const crash of crashes) console.log(crash);
  const bad = [...failed, ...terraform.filter(({ violations }) => violations.length > 0)].length;
  const lost = rivals.flatMap(({ violations }) => violations);
  for (const { profile, kind, violations } of rivals) {
    if (violations.length === 0) continue;
    console.log(`FAILED beside other writers:\n    ${violations.join("\n    ")}`);
    console.log(repeat(`beside ${profile} ${kind} ${seed}`));
  }
  process.exit(bad + crashes.length + lost.length === 0 && results.length === count ? 0 : 1);
}

function repeat(line: string, remark = ""): string {
  return `npm run faults -- --only "${line}"${remark}`;
}

/** A worker process, as one engine has one core. */
function worker(index: number, say: (result: CaseResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(
      fileURLToPath(import.meta.url),
      ["--part", String(index), "--seed", String(seed), "--cases", String(count)],
      { stdio: "inherit" },
    );
    child.on("message", (message: CaseResult | { readonly crash: string }) => {
      if ("crash" in message) crashes.push(message.crash);
      else say(message);
    });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`worker ${index} ended with ${code}`))));
  });
}
