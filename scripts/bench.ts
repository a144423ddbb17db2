import { availableParallelism, cpus } from "node:os";
import { resourcesPerCluster, typed, untyped } from "./bench/configuration.ts";
import { type Figure, type Figures, measure, type Phase } from "./bench/phases.ts";
import { measureStarts } from "./bench/starts.ts";
import { isWithin, median, type Row, renderTable } from "./bench/table.ts";
import { ensureBuilt, executable, mirror } from "./ensure-built.ts";
import { goMirror } from "./go-provider.ts";
import { findProgram } from "./go-tool.ts";
import { kubectlProvider } from "./kubectl-provider.ts";

// `npm run bench`: this provider beside gavinbunney/kubectl, which its users come from: the same clusters in the same sandbox, in
// one run, every figure beside its bound (design §8). `npm run bench -- quick` is shorter and rougher. Reports; never fails.
// `npm run bench -- load` is about many resources and much time instead: see bench/load-report.ts.

if (process.argv.includes("load")) {
  const { reportLoad } = await import("./bench/load-report.ts");
  process.exit(await reportLoad(process.argv.slice(2)));
}

const quick = process.argv.includes("quick");
const cli = findProgram("terraform") ?? findProgram("tofu");
if (cli === undefined) {
  console.error("The benchmark needs Terraform or OpenTofu on the PATH; `npm run opentofu` builds OpenTofu.");
  process.exit(1);
}
ensureBuilt();
kubectlProvider.ensure();

const ours = { cli, mirror, configuration: typed };
const theirs = { cli, mirror: goMirror, configuration: untyped };
const rows: Row[] = [];
const say = (text: string) => console.error(`… ${text}`);

say("starts of the executables");
const starts = quick ? 9 : 31;
const ourStarts = await measureStarts(executable, starts, 6);
const theirStarts = await measureStarts(kubectlProvider.executable, starts, 5);
rows.push(
  {
    what: "start to handshake",
    unit: "ms",
    ours: median(ourStarts.handshake),
    theirs: median(theirStarts.handshake),
    bound: 60,
  },
  { what: "start to first schema answer", unit: "ms", ours: median(ourStarts.schema), theirs: undefined, bound: 80 },
);

for (const clusters of [1, 20]) {
  const runs = quick ? 1 : clusters === 1 ? 5 : 3;
  const amount = { clusters, runs, emptyPlans: quick ? 3 : 5, waitFor: "accepted" } as const;
  const what = clusters === 1 ? "1 cluster" : `${clusters} clusters`;
  say(`${what}, ${clusters * resourcesPerCluster} typed resources beside ${clusters} untyped`);
  const left = await measure(ours, amount);
  const right = await measure(theirs, amount);
  const untilReady = await measure(ours, { ...amount, runs: 1, emptyPlans: 1, waitFor: "ready" });
  const both = (phase: Phase, name: string, of: (figure: Figure) => number | undefined) => ({
    what: `${what}: ${phase}${name === "" ? "" : `, ${name}`}`,
    ours: middle(left, phase, of),
    theirs: middle(right, phase, of),
  });
  for (const phase of ["plan", "apply", "empty plan", "destroy"] as const) {
    const ratioBound = phase !== "empty plan" ? undefined : clusters === 1 ? 1 : 1.5;
    rows.push({ ...both(phase, "", ({ ms }) => ms), unit: "ms", ratioBound });
  }
  rows.push({
    what: `${what}: apply that waits until ready`,
    unit: "ms",
    ours: middle(untilReady, "apply", ({ ms }) => ms),
    theirs: undefined,
  });
  // A cluster's object each at most, whatever is in it, and two for the platform: O(C).
  rows.push({ ...both("empty plan", "requests", ({ requests }) => requests), unit: "", bound: 2 + clusters });
  rows.push({ ...both("apply", "requests", ({ requests }) => requests), unit: "" });
  // Of one cluster, Terraform has all seven groups and add-ons in hand at once; of many, ten of any.
  const writesBound = clusters === 1 ? 2 : undefined;
  rows.push({ ...both("apply", "writes", ({ writes }) => writes), unit: "", bound: writesBound });
  rows.push({ ...both("destroy", "writes", ({ writes }) => writes), unit: "" });
}

const many = quick ? 20 : 125;
const resources = many * resourcesPerCluster;
say(`${resources} resources: processor time and memory`);
const once = { clusters: many, runs: 1, emptyPlans: quick ? 1 : 3, waitFor: "accepted", keep: true } as const;
const ourMany = await measure(ours, once);
const theirMany = await measure(theirs, once);
const cpu = (figures: Figures) => middle(figures, "empty plan", ({ usage }) => usage && usage.cpuMs / resources);
const peak = (figures: Figures) => middle(figures, "empty plan", ({ usage }) => usage && usage.peakBytes / 1e6);
rows.push(
  {
    what: `${resources} resources: CPU per resource of an empty plan`,
    unit: "ms",
    ours: cpu(ourMany),
    theirs: cpu(theirMany),
    bound: 1.5,
  },
  {
    what: `${resources} resources: peak memory, empty plan`,
    unit: "MB",
    ours: peak(ourMany),
    theirs: peak(theirMany),
    bound: 150,
  },
  {
    what: `${resources} resources: empty plan`,
    unit: "ms",
    ours: middle(ourMany, "empty plan", ({ ms }) => ms),
    theirs: middle(theirMany, "empty plan", ({ ms }) => ms),
  },
);

console.log(`${cpus()[0]?.model ?? "processor unknown"}, ${availableParallelism()} cores; medians; \
${process.platform === "linux" ? "" : "CPU and memory need /proc; "}kubectl's objects count as ${resourcesPerCluster} resources each\n`);
console.log(renderTable(rows));
const beyond = rows.filter((row) => !isWithin(row));
console.log(`\n${beyond.length === 0 ? "Everything is within its bound." : `${beyond.length} beyond their bound.`}`);

function middle(figures: Figures, phase: Phase, of: (figure: Figure) => number | undefined): number | undefined {
  return median(figures[phase].map(of).filter((value) => value !== undefined));
}
