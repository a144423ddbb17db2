import { parseArgs } from "node:util";
import { ensureBuilt, executable, mirror } from "../ensure-built.ts";
import { findProgram } from "../go-tool.ts";
import { loadResources } from "./configuration.ts";
import { measureGrowth } from "./growth.ts";
import { isWhole, type Load, measureLoad } from "./load.ts";
import { benchPlatform } from "./sandbox-process.ts";

const failing = 0.05;
/** Bounds of design §8. */
const cpuBound = 1.5;
const memoryBound = 150;
/** What a process may hold more at its end than after its warm-up before it counts as growing. */
const growthBound = 1.1;

/**
 * `npm run bench -- load [--clusters 100] [--minutes 3]`: one state with many clusters while every twentieth request fails, at two
 * parallelisms, and one provider process that lives on and on; 0 leaves a part out. Fails where something did not converge or the
 * process grows; other figures are only reported.
 */
export async function reportLoad(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv.filter((argument) => argument !== "load"),
    options: { clusters: { type: "string", default: "100" }, minutes: { type: "string", default: "3" } },
  });
  const clusters = Number(values.clusters);
  const minutes = Number(values.minutes);
  const cli = findProgram("terraform") ?? findProgram("tofu");
  if (cli === undefined || !(clusters >= 0 && minutes >= 0)) {
    console.error("Terraform or OpenTofu must be on the PATH; --clusters and --minutes are numbers.");
    return 1;
  }
  ensureBuilt();
  let whole = true;
  for (const parallelism of clusters === 0 ? [] : [10, 50]) {
    const load = await measureLoad(cli, mirror, { clusters, parallelism, failing });
    whole &&= isWhole(load, clusters);
    console.log(describe(load, clusters));
  }
  let grows = false;
  if (minutes > 0) {
    const { rounds, residentBytes, early, late } = await measureGrowth(cli, executable, minutes);
    grows = early !== undefined && late !== undefined && late > early * growthBound;
    console.log(`one provider process, ${rounds} rounds of apply and plan in ${minutes} min
  resident after each   ${sample(residentBytes).map(megabytes).join("  ")}
  middle and last third ${megabytes(early)} and ${megabytes(late)}  ${grows ? "GROWS" : "no growth"}`);
  }
  return whole && !grows ? 0 : 1;
}

function describe(load: Load, clusters: number): string {
  const resources = clusters * loadResources;
  const perResource = load.emptyPlan && load.emptyPlan.cpuMs / resources;
  const peak = (usage: Load["apply"]) => usage && usage.peakBytes / 1e6;
  return `${clusters} clusters with ${resources - clusters} node groups and add-ons on platform ${benchPlatform}, parallelism ${load.parallelism}, ${failing * 100} % of requests failing
  ${isWhole(load, clusters) ? "converged" : "NOT CONVERGED"} after ${load.applies} applies in ${(load.ms / 1_000).toFixed(1)} s: ${load.clusters} clusters, ${load.resources} resources, next plan ${load.converged ? "empty" : "NOT EMPTY"}
  requests ${load.requests}, of them failed ${load.failed}; writes ${load.writes} (one a resource: ${resources}; ${clusters * (1 + Math.ceil((loadResources - 1) / load.parallelism))} if Terraform took one cluster after another)
  apply: CPU ${load.apply?.cpuMs ?? "-"} ms, peak memory ${peak(load.apply)?.toFixed(0) ?? "-"} MB
  empty plan: requests ${load.emptyPlanRequests} (≤ ${2 + clusters}), CPU per resource ${perResource?.toFixed(2) ?? "-"} ms (≤ ${cpuBound}), peak memory ${peak(load.emptyPlan)?.toFixed(0) ?? "-"} MB (≤ ${memoryBound})`;
}

const megabytes = (bytes: number | undefined): string => (bytes === undefined ? "-" : `${(bytes / 1e6).toFixed(0)} MB`);

/** A dozen of many values, evenly. */
const sample = (values: readonly number[]): number[] => {
  const step = Math.max(1, Math.floor(values.length / 12));
  return values.filter((_, index) => index % step === 0);
};
