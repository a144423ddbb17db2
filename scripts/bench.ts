import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { floor, resourcesPerCluster, typed, untyped } from "./bench/configuration.ts";
import { type Amount, type Figure, type Figures, measure, type Phase } from "./bench/phases.ts";
import { isWithin, median, type Party, type Row, renderTable } from "./bench/table.ts";
import { ensureBuilt, mirror } from "./ensure-built.ts";
import { floorProvider } from "./floor-provider.ts";
import { goMirror } from "./go-provider.ts";
import { findProgram } from "./go-tool.ts";
import { kubectlProvider } from "./kubectl-provider.ts";

// `npm run bench`: this provider beside gavinbunney/kubectl, which its users come from, and beside a provider on
// terraform-plugin-framework that does nothing: the same clusters, in turn, in one run, every figure beside its bound (design §8).
// Draws docs/images/{plan-time,apply-time,apply-writes}.svg. `npm run bench -- quick` is shorter and rougher, and draws nothing.
// Reports; never fails.
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
floorProvider.ensure();

const subjects = {
  hikube: { cli, mirror, configuration: typed },
  kubectl: { cli, mirror: goMirror, configuration: untyped },
  floor: { cli, mirror: goMirror, configuration: floor },
};

/** The figures of each party that was measured. */
type Measured = Partial<Record<Party, Figures>>;

/** Measures some parties in turn. */
async function measureAll(parties: readonly Party[], amount: Amount): Promise<Measured> {
  console.error(
    `… ${amount.clusters} clusters, ${amount.clusters * resourcesPerCluster} resources: ${parties.join(", ")}`,
  );
  const figures = await measure(
    parties.map((party) => subjects[party]),
    amount,
  );
  return Object.fromEntries(parties.map((party, index) => [party, figures[index]]));
}

const everyone: readonly Party[] = ["hikube", "kubectl", "floor"];
const ms = ({ ms }: Figure) => ms;
const cpu = ({ usage }: Figure) => usage?.cpuMs;
const peak = ({ usage }: Figure) => usage && usage.peakBytes / 1e6;
const requests = ({ requests }: Figure) => requests;
const writes = ({ writes }: Figure) => writes;

/** The medians of a figure of one command, for some of the parties that were measured. */
function middle(
  measured: Measured,
  phase: Phase,
  of: (figure: Figure) => number | undefined,
  parties: readonly Party[] = ["hikube", "kubectl"],
): Row["figures"] {
  const known = parties.filter((party) => measured[party] !== undefined);
  const middleOf = (party: Party) =>
    median((measured[party]?.[phase] ?? []).map(of).filter((value) => value !== undefined));
  return Object.fromEntries(known.map((party) => [party, middleOf(party)]));
}

const accepted = { waitFor: "accepted" } as const;
const one = await measureAll(everyone, { ...accepted, clusters: 1, runs: quick ? 1 : 5, emptyPlans: quick ? 5 : 7 });
const some = await measureAll(everyone, { ...accepted, clusters: 20, runs: quick ? 1 : 3, emptyPlans: quick ? 3 : 5 });
const few = quick ? undefined : await measureAll(everyone, { ...accepted, clusters: 10, runs: 1, emptyPlans: 3 });
const hundred = quick
  ? undefined
  : await measureAll(everyone, { ...accepted, clusters: 100, runs: 1, emptyPlans: 3, keep: true });
const many = quick
  ? undefined
  : await measureAll(["hikube"], { ...accepted, clusters: 125, runs: 1, emptyPlans: 3, keep: true });

const rows: Row[] = [
  {
    what: "1 cluster: empty plan",
    unit: "ms",
    figures: middle(one, "empty plan", ms, everyone),
    ratios: { kubectl: 1.1, floor: 1.3 },
  },
  { what: "1 cluster: apply", unit: "ms", figures: middle(one, "apply", ms, everyone) },
  { what: "1 cluster: destroy", unit: "ms", figures: middle(one, "destroy", ms, everyone) },
  {
    what: "20 clusters: empty plan, CPU",
    unit: "ms",
    figures: middle(some, "empty plan", cpu, everyone),
    ratios: { floor: 0.6 },
  },
  {
    what: "20 clusters: empty plan",
    unit: "ms",
    figures: middle(some, "empty plan", ms, everyone),
    ratios: { kubectl: 2 },
  },
  { what: "20 clusters: apply", unit: "ms", figures: middle(some, "apply", ms, everyone), ratios: { kubectl: 3 } },
  { what: "20 clusters: destroy", unit: "ms", figures: middle(some, "destroy", ms, everyone), ratios: { kubectl: 6 } },
  // Schema, monitors, ingresses and services of the platform, and each cluster's object at most, whatever is in it: O(clusters).
  { what: "1 cluster: empty plan, requests", unit: "", figures: middle(one, "empty plan", requests), bound: 5 },
  { what: "20 clusters: empty plan, requests", unit: "", figures: middle(some, "empty plan", requests), bound: 24 },
  // Terraform has all seven groups and add-ons of one cluster in hand at once: one write for the cluster, one for them.
  { what: "1 cluster: apply, writes", unit: "", figures: middle(one, "apply", writes), bound: 2 },
  { what: "20 clusters: apply, writes", unit: "", figures: middle(some, "apply", writes) },
  { what: "20 clusters: destroy, writes", unit: "", figures: middle(some, "destroy", writes) },
  ...(many === undefined
    ? []
    : [
        {
          what: "1,000 resources: empty plan, peak memory",
          unit: "MB",
          figures: middle(many, "empty plan", peak),
          bound: 150,
        } as const,
      ]),
];

console.log(`${cpus()[0]?.model ?? "processor unknown"}, ${availableParallelism()} cores; medians; 1 cluster is \
${resourcesPerCluster} resources of hikube and floor and 1 of kubectl${process.platform === "linux" ? "" : "; CPU and memory need /proc"}\n`);
console.log(renderTable(rows));
const beyond = rows.filter((row) => !isWithin(row));
console.log(`\n${beyond.length === 0 ? "Everything is within its bound." : `${beyond.length} beyond their bound.`}`);

if (few !== undefined && hundred !== undefined) {
  const sizes = [
    ["1 cluster", one],
    ["10 clusters", few],
    ["100 clusters", hundred],
  ] as const;
  const seconds = ({ ms }: Figure) => ms / 1_000;
  const groups = (phase: Phase, of: (figure: Figure) => number, parties?: readonly Party[]) =>
    sizes.map(([name, measured]) => ({ name, figures: middle(measured, phase, of, parties) }));
  const { drawPicture } = await import("./bench/picture.ts");
  const pictures = {
    "plan-time": {
      title: "A plan without changes",
      unit: "seconds",
      digits: 1,
      groups: groups("empty plan", seconds, everyone),
    },
    "apply-time": {
      title: "An apply until the platform has accepted everything",
      unit: "seconds",
      digits: 1,
      groups: groups("apply", seconds, everyone),
    },
    "apply-writes": { title: "An apply", unit: "writes", digits: 0, groups: groups("apply", writes) },
  };
  const folder = fileURLToPath(new URL("../docs/images", import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, picture] of Object.entries(pictures))
    writeFileSync(join(folder, `${name}.svg`), drawPicture(picture));
}
