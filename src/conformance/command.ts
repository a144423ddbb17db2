import { randomBytes } from "node:crypto";
import { open as openFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { type Clock, systemClock } from "../base/clock.ts";
import { noLog } from "../base/log.ts";
import { version } from "../base/version.ts";
import { resolveConnection } from "../kube/config/kubeconfig.ts";
import { connect } from "../kube/http/connect.ts";
import type { Connection, Environment } from "../kube/http/connection.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import { type ConformanceArguments, parseArguments, usage } from "./arguments.ts";
import { type DetectedPlatform, detectProfile } from "./detect-profile.ts";
import { jsonReport, outcomeLines, type Report, summary } from "./report.ts";
import { type ConformanceRun, type Outcome, startConformance } from "./run-conformance.ts";
import { Undecided } from "./statement.ts";
import { statementsOf } from "./statements/index.ts";
import { ownClusters } from "./world.ts";

/** Where the command speaks, what it asks, and what interrupts it; the process itself by default. */
export interface CommandIo {
  out(text: string): void;
  error(text: string): void;
  /** The answer to a question; undefined where there is nobody to ask. */
  ask(question: string): Promise<string | undefined>;
  /** Calls back on each Ctrl-C until it is told to stop. */
  onInterrupt(interrupted: () => void): () => void;
  readonly env: Environment;
  readonly clock: Clock;
}

const processIo: CommandIo = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  },
  onInterrupt: (interrupted) => {
    let known = false;
    const always = () => {
      known = true;
      interrupted();
    };
    // The terminal is closed, or nobody reads on: it comes as a signal, as failing writes or as both, and nobody asks for haste by it.
    const once = () => {
      if (!known) always();
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.on(signal, always);
    process.on("SIGHUP", once);
    // These stay: a write may fail after the last word.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", once);
    return () => {
      for (const signal of signals) process.off(signal, always);
      process.off("SIGHUP", once);
    };
  },
  env: process.env,
  clock: systemClock,
};

/**
 * Carries out `conformance …`. Answers the exit code: 0 where everything that was tried holds, 1 where something differs, could not be
 * decided or was left behind, 2 where it could not begin.
 */
export async function runConformance(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  const parsed = parseArguments(argv);
  if ("help" in parsed) {
    io.out(usage);
    return 0;
  }
  if ("fault" in parsed) {
    io.error(`${parsed.fault}\n\n${usage}`);
    return 2;
  }
  const clients: KubeClient[] = [];
  try {
    return await carryOut(parsed, io, clients);
  } catch (error) {
    if (!(error instanceof KubeError) && !(error instanceof Undecided)) throw error;
    io.error(`The conformance check could not begin: ${error.message}\n`);
    return 2;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function carryOut(asked: ConformanceArguments, io: CommandIo, clients: KubeClient[]): Promise<number> {
  const settings = {
    ...(asked.kubeconfig === undefined ? {} : { configPath: asked.kubeconfig }),
    ...(asked.context === undefined ? {} : { configContext: asked.context }),
  };
  const connection = await resolveConnection(settings, io.env);
  if (asked.json !== undefined) await mustBeWritable(asked.json);
  const namespace = asked.namespace ?? connection.namespace;
  if (namespace === undefined) {
    io.error("The kubeconfig's context names no namespace. Say which is the tenant's: --namespace tenant-…\n");
    return 2;
  }
  const open = (change: Partial<Connection>): KubeClient => {
    const client = connect({ ...connection, ...change }, { log: noLog, clock: io.clock, random: Math.random });
    clients.push(client);
    return client;
  };
  const client = open({});
  const never = new AbortController().signal;
  const platform = await detectProfile(client, never);
  // Whoever may not list the tenant's clusters could not clean up either.
  await ownClusters(client, namespace, () => false, never);

  const prefix = `tfc-${randomBytes(4).toString("hex").slice(0, 6)}`;
  io.out(announcement(asked, platform, connection.server, namespace, prefix));
  if (!asked.yes) {
    const answer = await io.ask("Go on? Only `yes` is taken for it: ");
    if (answer?.trim() !== "yes") {
      io.error(answer === undefined ? "There is nobody to ask: say --yes.\n" : "Nothing was done.\n");
      return 2;
    }
  }

  const interruption = new AbortController();
  const haste = new AbortController();
  const stopListening = io.onInterrupt(() => {
    if (interruption.signal.aborted) haste.abort();
    else {
      interruption.abort();
      io.error("\nInterrupted: removing what was made. Once more leaves it where it is.\n");
    }
  });
  const run = startConformance({
    profile: platform.profile,
    namespace,
    prefix,
    client,
    blunt: open({ maxRetries: 0 }),
    stranger: open({ credential: { kind: "token", token: "not-a-token" }, clientCertificate: undefined, headers: {} }),
    nobody: open({ credential: { kind: "none" }, clientCertificate: undefined, headers: {} }),
    clock: io.clock,
    dangerous: asked.dangerous,
    cluster: asked.cluster,
    signal: interruption.signal,
  });
  try {
    const tenant = [
      ...(asked.kubeconfig === undefined ? [] : ["--kubeconfig", asked.kubeconfig]),
      ...(asked.context === undefined ? [] : ["--context", asked.context]),
      "--namespace",
      namespace,
    ];
    return await report(asked, io, platform, tenant, run, interruption.signal, haste.signal);
  } finally {
    stopListening();
  }
}

async function report(
  asked: ConformanceArguments,
  io: CommandIo,
  { profile, versions }: DetectedPlatform,
  tenant: readonly string[],
  run: ConformanceRun,
  interruption: AbortSignal,
  haste: AbortSignal,
): Promise<number> {
  const asking = statementsOf(profile);
  const outcomes: Outcome[] = [];
  let left: Report["left"] = { clusters: [], monitors: [], trouble: undefined };
  try {
    for (const statement of asking) {
      if (interruption.aborted) break;
      const outcome = await run.attempt(statement);
      outcomes.push(outcome);
      io.out(outcomeLines(outcome));
    }
  } finally {
    left = await run.cleanUp(haste);
    const result = { profile, versions, outcomes, untried: asking.length - outcomes.length, left, tenant };
    io.out(summary(result));
    if (asked.json !== undefined) await writeFile(asked.json, jsonReport(result, version));
  }
  const clean = left.clusters.length + left.monitors.length === 0 && left.trouble === undefined;
  const bad = outcomes.some(({ result }) => result === "differs" || result === "undecided");
  return clean && !bad && !interruption.aborted ? 0 : 1;
}

/** A quarter of an hour would be lost on a report that has no place. @throws Undecided */
async function mustBeWritable(file: string): Promise<void> {
  try {
    await (await openFile(file, "a")).close();
  } catch (error) {
    throw new Undecided(`the report cannot be written to ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function announcement(
  asked: ConformanceArguments,
  { profile, versions }: DetectedPlatform,
  server: string,
  namespace: string,
  prefix: string,
): string {
  const cluster = asked.cluster
    ? `  - one cluster, ${prefix}-cluster-…, that is really installed: a control plane and no machines, for some minutes
    (--no-cluster leaves it out);`
    : "";
  const danger = asked.dangerous
    ? `  - with --dangerous: writes that may take the platform's API server down for everybody for a while;`
    : "";
  return `${server}, namespace ${namespace}: nearest to platform ${profile} (Kubernetes ${versions.join(", ")}).

What will be made there, and removed again at the end, after Ctrl-C too:

${[
  `  - some sixty clusters ${prefix}-…, one after another, with values that the platform's chart refuses: objects in the API,
    of which nothing is ever rendered, no control plane and no machine;`,
  cluster,
  danger,
]
  .filter((line) => line !== "")
  .join("\n")}
  - nothing else is written to, and no secret is read but that cluster's kubeconfig, of which only the keys are looked at.

`;
}
