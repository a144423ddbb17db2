import type { Json } from "../../src/base/json.ts";
import { valueAt } from "../../src/base/json-pointer.ts";
import { defaultTimings } from "../../src/core/timings.ts";
import type { PlatformVersion } from "../../src/sandbox/platform/profile.ts";
import { seeded } from "./campaign.ts";
import { consoleUser, type FaultSetup, startFaultSetup } from "./fault-setup.ts";
import { ownKeys } from "./invariants.ts";
import type { Declared, MiniTerraform, Run } from "./mini-terraform.ts";
import { clusterName, scenarioNamed, withTimeouts } from "./scenarios.ts";

/** Others who write to the same cluster at the same time. */
export interface Rivalry {
  readonly profile: PlatformVersion;
  readonly kind: "console" | "two-runs";
}

export interface RivalryResult extends Rivalry {
  readonly rounds: number;
  /** Applies of ours, and accepted writes of theirs and of others. */
  readonly applies: number;
  readonly ownWrites: number;
  readonly mostWritesOfAnApply: number;
  /** undefined where the others are a run of ours, too: what it loses counts as own. */
  readonly foreignWrites: number | undefined;
  readonly lostOwn: number;
  readonly lostForeign: number | undefined;
  readonly violations: readonly string[];
}

export const rivalries: readonly Rivalry[] = [
  { profile: "1.1.2", kind: "console" },
  { profile: "1.6.2", kind: "console" },
  { profile: "1.1.2", kind: "two-runs" },
  { profile: "1.6.2", kind: "two-runs" },
];

/** Writes of the console during one apply: a platform that is never left alone is never ready, and no wait for it ends early. */
const busiest = 25;

/** One write for a change, and another for every conflict with another writer. */
const mostWrites = 10;

export async function runRivalry(rivalry: Rivalry, seed: number, rounds = 8): Promise<RivalryResult> {
  const setup = await startFaultSetup(rivalry.profile, { readBackMs: defaultTimings.readBackMs });
  const tally = { applies: 0, mostWritesOfAnApply: 0, foreignWrites: 0, lostOwn: 0, lostForeign: 0 };
  const violations: string[] = [];
  try {
    if (rivalry.kind === "console") await besideConsole(setup, seeded(seed), rounds, tally, violations);
    else await besideAnotherRun(setup, rounds, tally, violations);
    const ownWrites = writesOf(setup, (user) => user !== consoleUser);
    const unmeasured = rivalry.kind === "two-runs" ? { foreignWrites: undefined, lostForeign: undefined } : {};
    return { ...rivalry, ...tally, ...unmeasured, rounds, ownWrites, violations };
  } finally {
    await setup.close();
  }
}

interface Tally {
  applies: number;
  mostWritesOfAnApply: number;
  foreignWrites: number;
  lostOwn: number;
  lostForeign: number;
}

const writesOf = ({ sandbox }: FaultSetup, by: (user: string) => boolean): number =>
  sandbox.requests.filter(({ method, status, user }) => method !== "GET" && status >= 200 && status < 300 && by(user))
    .length;

const everything = withTimeouts(scenarioNamed("create").after, "30s");

/** The configuration of one round: bounds and values of ours that are other than the round before. */
const configurationOf = (round: number): Declared[] =>
  everything.map((one) => {
    if (one.type === "hikube_nodegroup") return { ...one, config: { ...one.config, max_replicas: 5 + (round % 4) } };
    if (one.config["name"] !== "cert-manager") return one;
    return { ...one, config: { ...one.config, values: { "cert-manager": { replicaCount: round + 1 } } } };
  });

/**
 * A user at the console edits other keys, sometimes our own, and deletes a group during our applies; and the same keys and whole
 * groups between two applies.
 */
async function besideConsole(
  setup: FaultSetup,
  random: () => number,
  rounds: number,
  tally: Tally,
  violations: string[],
) {
  const { mini, sandbox, foreign } = setup;
  const kept: { readonly from: number; readonly to: number }[] = [];
  const lost = new Set<number>();
  must(await mini.apply(configurationOf(0)), "making the start sound");
  await foreign.patch([
    { op: "add", path: "/spec/addons/velero/valuesOverride", value: { velero: { k: 0 } } },
    ...noDefaultGroup(setup),
  ]);
  for (let round = 1; round <= rounds; round++) {
    const declared = configurationOf(round);
    const busy = new AbortController();
    /** Changes that the next plan may have, as their keys were edited while we applied. */
    const edited = new Set<string>();
    const writing = (async () => {
      for (let left = busiest; left > 0 && !busy.signal.aborted; left--) {
        const key = kept.length;
        const from = setup.clock.now();
        await foreign.patch([
          { op: "add", path: `/spec/addons/velero/valuesOverride/velero/k${key}`, value: key },
          ...noDefaultGroup(setup),
        ]);
        kept.push({ from, to: setup.clock.now() });
        if (random() < 0.1) {
          const edit = ownEdits[Math.floor(random() * ownEdits.length)];
          if (edit === undefined) throw new Error("There is nothing to edit.");
          edited.add(edit.change);
          await foreign.patch([...edit.operations, ...noDefaultGroup(setup)]);
        }
        await setup.clock.sleep(2 + random() * 30);
      }
    })();
    await applied(setup, mini, declared, tally, violations);
    busy.abort();
    await writing;
    // Keys that only we wrote hold, the plan reports the others, and an apply repairs them.
    const plan = await mini.plan(declared);
    const unexpected = plan.changes.filter((change) => !edited.has(change));
    tally.lostOwn += unexpected.length;
    violations.push(
      ...errorsOf(plan),
      ...unexpected.map((change) => `round ${round}: nobody edited what the plan has: ${change}`),
    );
    if (plan.changes.length > 0) violations.push(...errorsOf(await mini.apply(declared)));
    violations.push(...ownKeys(setup, declared).map((text) => `round ${round}: ${text}`));
    const stored = sandbox.stored("Kubernetes", clusterName)?.values as Json;
    for (const key of kept.keys()) {
      if (valueAt(stored, ["addons", "velero", "valuesOverride", "velero", `k${key}`]) !== key) lost.add(key);
    }
    await expectChanges(setup, declared, [], round, violations);
    const between = ownEdits.filter(() => random() < 0.5);
    for (const { operations } of between) await foreign.patch([...operations, ...noDefaultGroup(setup)]);
    await expectChanges(setup, declared, [...new Set(between.map(({ change }) => change))], round, violations);
  }
  tally.foreignWrites = writesOf(setup, (user) => user === consoleUser);
  tally.lostForeign = lost.size;
  if (setup.profile === "1.1.2" && lost.size > 0) violations.push(`${lost.size} writes of others are lost`);
  const ours = sandbox.requests.filter(({ method, user }) => method === "PATCH" && user !== consoleUser);
  for (const key of lost) {
    const { from = 0, to = 0 } = kept[key] ?? {};
    // The server of 1.6.2 repeats a write over whatever conflicts with it, without looking (platform.md §1.5): what others write
    // while it holds ours is lost there, and no client can help it.
    const met = ours.some(({ at, answeredAt = at }) => at <= to && answeredAt >= from);
    if (!met) violations.push(`the write k${key} of others is lost although none of ours was under way`);
  }
}

/** Changes of another writer to our keys, and what the plan then shows. */
const ownEdits: readonly { readonly operations: Json[]; readonly change: string }[] = [
  {
    operations: [{ op: "add", path: "/spec/nodeGroups/web/maxReplicas", value: 9 }],
    change: "update hikube_nodegroup.web",
  },
  { operations: [{ op: "remove", path: "/spec/nodeGroups/workers" }], change: "create hikube_nodegroup.workers" },
  {
    operations: [{ op: "add", path: "/spec/addons/certManager/valuesOverride/cert-manager/replicaCount", value: 77 }],
    change: "update hikube_addon.cert-manager",
  },
  {
    operations: [{ op: "add", path: "/spec/addons/ingressNginx/enabled", value: false }],
    change: "update hikube_addon.ingress-nginx",
  },
  { operations: [{ op: "add", path: "/metadata/labels/owner", value: "them" }], change: "update hikube_cluster.prod" },
];

/** Two runs with states of their own, one cluster. */
async function besideAnotherRun(setup: FaultSetup, rounds: number, tally: Tally, violations: string[]) {
  const { mini, sandbox } = setup;
  const other = setup.another();
  const id = `${sandbox.namespace}/${clusterName}`;
  const ours = (round: number) =>
    configurationOf(round).filter(
      ({ address }) => address === "hikube_cluster.prod" || address === "hikube_nodegroup.web",
    );
  const theirs = (round: number) =>
    configurationOf(round)
      .filter(({ address }) => address !== "hikube_cluster.prod" && address !== "hikube_nodegroup.web")
      .map(({ address, type, config }): Declared => ({ address, type, config: { ...config, cluster_id: id } }));
  must(await mini.apply(ours(0)), "making the start sound");
  for (let round = 1; round <= rounds; round++) {
    await Promise.all([
      applied(setup, mini, ours(round), tally, violations),
      applied(setup, other, theirs(round), tally, violations),
    ]);
    const wrong = ownKeys(setup, [...ours(round), ...theirs(round)]);
    tally.lostOwn += wrong.length;
    violations.push(...wrong.map((text) => `round ${round}: ${text}`));
    for (const [run, declared] of [
      [mini, ours(round)],
      [other, theirs(round)],
    ] as const) {
      const { changes } = await run.plan(declared);
      if (changes.length > 0) violations.push(`round ${round}: the plan is not empty: ${changes.join(", ")}`);
    }
  }
}

async function applied(
  setup: FaultSetup,
  run: MiniTerraform,
  declared: readonly Declared[],
  tally: Tally,
  violations: string[],
) {
  const before = writesOf(setup, (user) => user !== consoleUser);
  const result = await run.apply(declared);
  tally.applies++;
  const writes = writesOf(setup, (user) => user !== consoleUser) - before;
  tally.mostWritesOfAnApply = Math.max(tally.mostWritesOfAnApply, writes);
  if (writes > mostWrites) violations.push(`${writes} writes in one apply`);
  violations.push(...errorsOf(result));
}

async function expectChanges(
  setup: FaultSetup,
  declared: readonly Declared[],
  wanted: readonly string[],
  round: number,
  violations: string[],
): Promise<Run> {
  const run = await setup.mini.plan(declared);
  const [seen, due] = [[...run.changes].sort().join(", "), [...wanted].sort().join(", ")];
  if (seen !== due) violations.push(`round ${round}: the plan has ${seen || "nothing"} instead of ${due || "nothing"}`);
  return run;
}

const errorsOf = (run: Run): string[] =>
  run.diagnostics.filter(({ severity }) => severity === "error").map(({ summary, detail }) => `${summary}: ${detail}`);

function must(run: Run, what: string): void {
  const errors = errorsOf(run);
  if (errors.length > 0) throw new Error(`${what} failed: ${errors.join(" | ")}`);
}

/** The platform brings its own group back with every patch that does not mention it (platform.md §3.4). */
const noDefaultGroup = ({ profile }: FaultSetup): Json[] =>
  profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : [];
