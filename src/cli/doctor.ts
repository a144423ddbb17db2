import { parseArgs } from "node:util";
import { noLog } from "../base/log.ts";
import { CoreError } from "../core/core-error.ts";
import { createHikube, type Hikube } from "../core/hikube.ts";
import type { Platform } from "../core/platform/platform.ts";
import { type Connection, resolveConnection } from "../kube/config/kubeconfig.ts";
import { clusterConnector } from "../kube/connect-clusters.ts";
import { connect } from "../kube/http/connect.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { runCommandLine } from "./command-line.ts";
import { clusterFinding } from "./doctor/cluster-finding.ts";
import { type Check, type Finding, ok, problem, skipped } from "./doctor/finding.ts";
import { loginFailure, loginFinding, readLogin, whoAmI } from "./doctor/login.ts";
import { platformFailure, platformFinding } from "./doctor/platform-finding.ts";
import { reach } from "./doctor/reach.ts";
import { reachFindings } from "./doctor/reach-findings.ts";
import { type Examined, isFine, jsonReport, textReport } from "./doctor/report.ts";
import { isGranted, rightsFinding, rightsFor } from "./doctor/rights.ts";
import { type LoginValues, loginHelp, loginOptions, loginSettings } from "./login-values.ts";

const usage = `Examines the connection to Hikube, the login, its rights, the platform and the clusters, and says what to do.

  doctor [options]

  --json               print the report as JSON
${loginHelp}
It only reads, and prints no secret.
Exit codes: 0: no problem. 1: problems were found. 2: wrong usage, or nothing to examine is configured.

Example:

  hikube doctor --kubeconfig ~/.kube/hikube
`;

/** Runs `doctor …`. Returns the exit code. */
export async function runDoctor(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  return await runCommandLine(io, {
    usage,
    parse: () =>
      parseArgs({ args: [...argv], options: { ...loginOptions, json: { type: "boolean", default: false } } }),
    run: async ({ values }, signal) => {
      try {
        const { examined, findings } = await examine(values, io, signal);
        io.out(
          values.json ? jsonReport(examined, findings) : textReport(examined, findings, io.terminal !== undefined),
        );
        return isFine(findings) ? 0 : 1;
      } catch (error) {
        if (signal.aborted) return 130;
        if (!(error instanceof KubeError)) throw error;
        io.error(`There is nothing to examine: ${error.message}\n`);
        return 2;
      }
    },
  });
}

interface Examination {
  readonly examined: Examined;
  readonly findings: readonly Finding[];
}

/** Throws KubeError if the settings describe no connection. */
async function examine(values: LoginValues, io: CommandIo, signal: AbortSignal): Promise<Examination> {
  const { env, clock } = io;
  const settings = { ...loginSettings(values), maxRetries: 0 };
  let connection: Connection;
  try {
    connection = await resolveConnection(settings, env, clock.now());
  } catch (error) {
    // The other checks need no login, but a connection is only made of usable settings.
    if (!(error instanceof KubeError) || error.summary !== "Invalid client certificate") throw error;
    return { examined: { server: undefined, namespace: undefined }, findings: [loginFailure(error)] };
  }
  const namespace = values.namespace || env["HIKUBE_NAMESPACE"] || connection.namespace;
  const examined = { server: connection.server, namespace };
  const found = await reach(connection, clock, signal);
  const outside = reachFindings(connection, found, clock.now());
  const blocked = found.error ?? (connection.insecure ? undefined : found.distrust);
  const why = found.error === undefined ? "the certificate is not trusted" : "the API cannot be reached";
  const inside =
    blocked === undefined
      ? await examineInside(connection, namespace, io, signal)
      : notChecked(why, "login", "rights", "platform", "cluster");
  return { examined, findings: [...outside, ...inside] };
}

const notChecked = (why: string, ...checks: readonly Check[]): Finding[] =>
  checks.map((check) => skipped(check, `not checked: ${why}`));

async function examineInside(
  connection: Connection,
  namespace: string | undefined,
  { env, clock }: CommandIo,
  signal: AbortSignal,
): Promise<Finding[]> {
  const options = { log: noLog, clock, random: Math.random };
  let client: KubeClient | undefined;
  let hikube: Hikube | undefined;
  try {
    const login = await readLogin(connection, clock, signal);
    client = connect(login.connection, options);
    const user = await whoAmI(client, signal);
    const loggedIn = loginFinding(login, user, clock.now());
    if (loggedIn.status === "problem")
      return [loggedIn, ...notChecked("no user is logged in", "rights", "platform", "cluster")];
    if (namespace === undefined) {
      const advice = "Pass --namespace, set HIKUBE_NAMESPACE, or use a kubeconfig whose context names it.";
      const unnamed = problem("rights", "the tenant's namespace is not known", { advice });
      return [loggedIn, unnamed, ...notChecked("the namespace is not known", "platform", "cluster")];
    }
    const connectTenant = clusterConnector(login.connection, env, options);
    hikube = createHikube({ ...options, client, namespace, connectTenant, timings: { lookMs: 0 } });
    return [loggedIn, ...(await examineTenant(client, hikube, namespace, signal))];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeError)) throw error;
    return [loginFailure(error), ...notChecked("the login failed", "rights", "platform", "cluster")];
  } finally {
    await hikube?.close();
    await client?.close();
  }
}

async function examineTenant(
  client: KubeClient,
  hikube: Hikube,
  namespace: string,
  signal: AbortSignal,
): Promise<Finding[]> {
  const platform = await hikube.platform(signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof KubeError || error instanceof CoreError) return error;
    throw error;
  });
  return [
    await examineRights(client, platform instanceof Error ? undefined : platform, namespace, signal),
    platform instanceof Error ? platformFailure(platform) : platformFinding(platform),
    ...(await examineClusters(hikube, signal)),
  ];
}

async function examineRights(
  client: KubeClient,
  platform: Platform | undefined,
  namespace: string,
  signal: AbortSignal,
): Promise<Finding> {
  const asked = rightsFor({
    nodeGroupsInSpec: platform?.nodeGroupsInSpec ?? true,
    servesPools: platform?.poolSpec !== undefined,
    servesOptions: platform?.servesOptions ?? false,
  });
  try {
    const granted = await Promise.all(asked.map((right) => isGranted(client, right, namespace, signal)));
    const missing = asked.filter((_, index) => granted[index] !== true);
    return rightsFinding(asked, missing, namespace);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof KubeError)) throw error;
    return problem("rights", `the platform does not tell them: ${error.message}`, { advice: error.hint });
  }
}

async function examineClusters(hikube: Hikube, signal: AbortSignal): Promise<Finding[]> {
  try {
    const clusters = await hikube.progress({ signal, fresh: true });
    if (clusters.length === 0) return [ok("cluster", "there is none yet")];
    return await Promise.all(
      clusters.map(async (cluster) =>
        clusterFinding(cluster, cluster.ready ? "" : await hikube.clusters.diagnose(cluster.id)),
      ),
    );
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return [problem("cluster", `the clusters cannot be read: ${error.message}`, { advice: error.hint })];
  }
}
