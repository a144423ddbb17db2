import { randomBytes } from "node:crypto";
import { open as openFile, writeFile } from "node:fs/promises";
import { noLog } from "../base/log.ts";
import { version } from "../base/version.ts";
import type { Leftovers } from "../conformance/clean-up.ts";
import { type DetectedPlatform, detectProfile } from "../conformance/detect-profile.ts";
import { ownClusters } from "../conformance/own-objects.ts";
import { jsonReport, outcomeLines, summary } from "../conformance/report.ts";
import { type ConformanceRun, type Outcome, startConformance } from "../conformance/run-conformance.ts";
import { statementsOf } from "../conformance/statements/index.ts";
import type { TenantClients } from "../conformance/tenant-requests.ts";
import { Undecided } from "../conformance/undecided.ts";
import { resolveConnection } from "../kube/config/kubeconfig.ts";
import { connect } from "../kube/http/connect.ts";
import type { Connection } from "../kube/http/connection.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { type ConformanceArguments, parseArguments, usage } from "./conformance-arguments.ts";
import { loginSettings } from "./login-values.ts";

/**
 * Runs `conformance …`. Returns the exit code: 0 if all tested statements hold, 1 if a statement differs or is undecided or objects are
 * left over, 2 if the check could not start.
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
    const target = await openTarget(parsed, io, clients);
    return (await isConfirmed(parsed, io, target)) ? await runStatements(parsed, io, target) : 2;
  } catch (error) {
    if (!(error instanceof KubeError) && !(error instanceof Undecided)) throw error;
    io.error(`The conformance check could not start: ${error.message}\n`);
    return 2;
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** The tenant of the command line, and its platform. */
interface Target extends TenantClients {
  readonly server: string;
  readonly namespace: string;
  readonly platform: DetectedPlatform;
  /** Prefix of the names of all created objects. */
  readonly prefix: string;
}

async function openTarget(asked: ConformanceArguments, io: CommandIo, clients: KubeClient[]): Promise<Target> {
  const connection = await resolveConnection(loginSettings(asked), io.env);
  if (asked.json !== undefined) await mustBeWritable(asked.json);
  const namespace = asked.namespace ?? connection.namespace;
  if (namespace === undefined) {
    throw new Undecided(
      "the context of the kubeconfig names no namespace. Set the namespace of the tenant: --namespace tenant-…",
    );
  }
  const open = (change: Partial<Connection>): KubeClient => {
    const client = connect({ ...connection, ...change }, { log: noLog, clock: io.clock, random: Math.random });
    clients.push(client);
    return client;
  };
  const client = open({});
  const never = new AbortController().signal;
  const platform = await detectProfile(client, never);
  // Fails early for a user without permission to list the tenant's clusters, which the cleanup requires.
  await ownClusters(client, namespace, () => false, never);
  const noCertificate = { clientCertificate: undefined, headers: {} };
  return {
    client,
    withoutRetries: open({ maxRetries: 0 }),
    wrongToken: open({ credential: { kind: "token", token: "not-a-token" }, ...noCertificate }),
    anonymous: open({ credential: { kind: "none" }, ...noCertificate }),
    server: connection.server,
    namespace,
    platform,
    prefix: `tfc-${randomBytes(4).toString("hex").slice(0, 6)}`,
  };
}

/** Prints the objects that the check creates and asks for confirmation, unless `--yes` is set. */
async function isConfirmed(asked: ConformanceArguments, io: CommandIo, target: Target): Promise<boolean> {
  io.out(announcement(asked, target));
  if (asked.yes) return true;
  const answer = await io.ask("Start? Only `yes` is accepted: ");
  if (answer?.trim() === "yes") return true;
  io.error(answer === undefined ? "No terminal to ask on: pass --yes.\n" : "Cancelled. Nothing was created.\n");
  return false;
}

async function runStatements(asked: ConformanceArguments, io: CommandIo, target: Target): Promise<number> {
  const interruption = new AbortController();
  const abandonment = new AbortController();
  const stopListening = io.onInterrupt(() => {
    if (interruption.signal.aborted) abandonment.abort();
    else {
      interruption.abort();
      io.error("\nInterrupted: deleting what was created. A second interrupt skips that.\n");
    }
  });
  const run = startConformance({
    ...target,
    profile: target.platform.profile,
    clock: io.clock,
    dangerous: asked.dangerous,
    cluster: asked.cluster,
    signal: interruption.signal,
  });
  try {
    return await report(asked, io, target, run, interruption.signal, abandonment.signal);
  } finally {
    stopListening();
  }
}

async function report(
  asked: ConformanceArguments,
  io: CommandIo,
  target: Target,
  run: ConformanceRun,
  interruption: AbortSignal,
  abandonment: AbortSignal,
): Promise<number> {
  const { profile, versions } = target.platform;
  const statements = statementsOf(profile);
  const outcomes: Outcome[] = [];
  let left: Leftovers = { clusters: [], monitors: [], lastError: undefined };
  try {
    for (const statement of statements) {
      if (interruption.aborted) break;
      const outcome = await run.attempt(statement);
      outcomes.push(outcome);
      io.out(outcomeLines(outcome));
    }
  } finally {
    left = await run.cleanUp(abandonment);
    const untried = statements.length - outcomes.length;
    const result = { profile, versions, outcomes, untried, left, kubectlOptions: kubectlOptions(asked, target) };
    io.out(summary(result));
    if (asked.json !== undefined) await writeFile(asked.json, jsonReport(result, version));
  }
  const isClean = left.clusters.length + left.monitors.length === 0 && left.lastError === undefined;
  const hasFailed = outcomes.some(({ result }) => result === "differs" || result === "undecided");
  return isClean && !hasFailed && !interruption.aborted ? 0 : 1;
}

const kubectlOptions = ({ kubeconfig, context }: ConformanceArguments, { namespace }: Target): string[] => [
  ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
  ...(context === undefined ? [] : ["--context", context]),
  "--namespace",
  namespace,
];

/** Fails early, because the whole check takes a quarter of an hour. @throws Undecided */
async function mustBeWritable(file: string): Promise<void> {
  try {
    await (await openFile(file, "a")).close();
  } catch (error) {
    throw new Undecided(`the report cannot be written to ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function announcement(asked: ConformanceArguments, { platform, server, namespace, prefix }: Target): string {
  const lines = [
    `  - about sixty clusters ${prefix}-…, one after another, with values that the platform's chart refuses: objects in the API
    without a control plane and without machines;`,
    ...(asked.cluster
      ? [
          `  - one cluster ${prefix}-cluster-… that is installed for some minutes: a control plane without machines
    (--no-cluster skips it);`,
        ]
      : []),
    ...(asked.dangerous
      ? ["  - with --dangerous: writes that can take the platform's API server down for all tenants for a while;"]
      : []),
    "  - nothing else is written to, and the only secret that is read is that cluster's kubeconfig, of which only the keys are checked.",
  ];
  return `${server}, namespace ${namespace}: closest to platform ${platform.profile} (Kubernetes ${platform.versions.join(", ")}).

The check creates the following, and deletes it at the end and after Ctrl-C:

${lines.join("\n")}

`;
}
