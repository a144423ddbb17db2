import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/base/clock.ts";
import type { Json, JsonObject } from "../../src/base/json.ts";
import { valueAt } from "../../src/base/json-pointer.ts";
import type { Log } from "../../src/base/log.ts";
import { monitorsPath, poolsPath } from "../../src/core/ids.ts";
import { monitorsOf, parseMonitors } from "../../src/core/object/monitors.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import { KubeError } from "../../src/kube/kube-error.ts";
import { hclog } from "../../src/plugin/hclog.ts";
import { hikubeProvider } from "../../src/provider.ts";
import type { PlatformVersion } from "../../src/sandbox/platform/profile.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { turnClock } from "../support/clock/turn-clock.ts";
import { openClient } from "../support/kube-client.ts";
import { createMiniTerraform, type MiniTerraform } from "./mini-terraform.ts";
import { clusterName } from "./scenarios.ts";

/** The platform lives so many times faster here. */
const usualSpeed = 1000;

/** The provider's patience, to match. */
export const timing = {
  pollIntervalMs: { first: 5, most: 40 },
  timings: {
    coalesceMs: 10,
    coalesceUnheldMs: 10,
    forceReconcileAfterMs: 150,
    quietMs: 100,
    reachMs: 300,
    readCacheMs: 50,
    orphanMs: 1000,
    unmovedMs: 3_000,
    readBackMs: 50,
  },
};

/** How long a credential command may take. */
const credentialTimeoutMs = 1_500;

/** How the provider's credential command behaves. */
export type CredentialMode = "gives" | "hangs" | "fails" | "rubbish";

/** One tenant with its platform, another user at the console, and a Terraform that works on it. */
export interface FaultSetup {
  readonly profile: PlatformVersion;
  readonly sandbox: Sandbox;
  readonly mini: MiniTerraform;
  /** Another state, on the same tenant. */
  another(): MiniTerraform;
  /** Provider settings on top of the connection, for the run that is hit. */
  settings: Readonly<Record<string, unknown>>;
  readonly credentials: {
    /** Logs in through a credential command from now on. */
    use(): void;
    set(mode: CredentialMode): void;
    /** The token that is in use is refused from now on; the command gives `next`, if it works. */
    expire(): void;
    /** The same, and for a while every credential that the command gives lasts only a moment. */
    shorten(): void;
    restore(): void;
    /** Every token that was ever given. */
    tokens(): readonly string[];
  };
  /** The platform's; the provider's is the same until it jumps. */
  readonly clock: Clock & { jump(ms: number): void };
  /** Everything that the provider logged, at its most talkative, as Terraform gets it. */
  logged(): string;
  /** How often a fault has struck. */
  strikes: number;
  readonly foreign: ForeignWriter;
  /** What has a monitor: groups of the cluster, its control plane. */
  monitored(): Promise<{ readonly groups: readonly string[]; readonly controlPlane: boolean }>;
  close(): Promise<void>;
}

export interface ForeignWriter {
  patch(operations: Json[]): Promise<void>;
  /** Creates a `KubernetesNodes` object of the cluster. */
  addPool(name: string, spec: JsonObject): Promise<void>;
  remove(): Promise<void>;
  /** Deletes the cluster, waits until it is gone, and makes another of the same name. */
  recreate(): Promise<void>;
  /** Resolves once all that was begun here is done, and no deletion is under way. */
  settled(): Promise<void>;
}

/** What one turn of a timer takes on an idle machine. */
const usualTurnMs = 4;

/**
 * How many times slower than usual things go at this moment, on a machine with other work. What is measured in true time is stretched by
 * it: the limits of a request and of a credential command. All else follows a clock that is as slow as the machine.
 */
export async function slowness(): Promise<number> {
  const turns = 25;
  const began = performance.now();
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  const turnMs = (performance.now() - began) / turns;
  return Math.min(Math.max(2, turnMs / usualTurnMs), 40);
}

/** A duration such as `400ms` or `30s`, so many times longer. */
export function stretch(duration: string, slower: number): string {
  const ms = Number.parseFloat(duration) * (duration.endsWith("ms") ? 1 : 1000);
  return `${Math.ceil(ms * slower)}ms`;
}

/** Settings of the provider with the limit of a request, which is measured in real time, so many times longer. */
export function stretched(
  settings: Readonly<Record<string, unknown>>,
  slower: number,
): Readonly<Record<string, unknown>> {
  const { request_timeout: limit } = settings;
  return typeof limit === "string" ? { ...settings, request_timeout: stretch(limit, slower) } : settings;
}

/** @param readBackMs longer beside another writer: longer than the server may delay a write. */
export async function startFaultSetup(
  profile: PlatformVersion,
  { readBackMs = timing.timings.readBackMs, speed = usualSpeed, slower = 1 } = {},
): Promise<FaultSetup> {
  const pace = turnClock();
  const sandbox = await startSandbox({ profile, speed, restartMs: 200, clock: pace });
  const directory = mkdtempSync(join(tmpdir(), "hikube-faults-"));
  let offset = 0;
  const clock: Clock = { now: () => pace.now() + offset, sleep: pace.sleep };
  const execTimeout = `${Math.round(credentialTimeoutMs * slower)}ms`;
  const timings = { ...timing.timings, readBackMs };
  const provider = hikubeProvider({ HIKUBE_EXEC_TIMEOUT: execTimeout }, { ...timing, timings, clock });
  const console = await openConsole(sandbox, profile, pace);
  const credentials = credentialCommand(sandbox, directory, pace, slower);
  const { log, logged } = recorder();
  const another = () => createMiniTerraform(provider, () => ({ ...credentials.connection(), ...setup.settings }), log);
  const setup: FaultSetup = {
    profile,
    sandbox,
    strikes: 0,
    settings: {},
    mini: another(),
    another,
    credentials,
    clock: {
      ...pace,
      jump: (ms: number) => {
        offset += ms;
      },
    },
    logged,
    foreign: console.foreign,
    monitored: console.monitored,
    close: async () => {
      credentials.close();
      await console.close();
      await sandbox.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return setup;
}

/** A log as Terraform gets it, kept. */
export function recorder(): { readonly log: Log; readonly logged: () => string } {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  return { log: hclog({ stream, level: "trace", name: "provider" }), logged: () => lines.join("") };
}

/** Another user in the same tenant, with a login and a client of its own. */
export const consoleUser = "somebody-else";

export async function openConsole(
  sandbox: Sandbox,
  profile: PlatformVersion,
  clock: Clock,
): Promise<Pick<FaultSetup, "foreign" | "monitored" | "close">> {
  const token = sandbox.issueToken({ user: consoleUser });
  const theirs = { host: sandbox.url, token, clusterCaCertificate: sandbox.caCertificate };
  const client = await openClient(theirs, clock);
  return {
    foreign: foreignWriter(client, sandbox.namespace, profile, clock),
    monitored: async () => {
      const monitors = parseMonitors(await client.request({ method: "GET", path: monitorsPath(sandbox.namespace) }));
      const prefix = `kubernetes-${clusterName}-`;
      const own = monitorsOf(monitors, clusterName);
      return {
        groups: own.filter(({ role }) => role === "worker").map(({ name }) => name.slice(prefix.length)),
        controlPlane: own.some(({ role }) => role === "control-plane"),
      };
    },
    close: () => client.close(),
  };
}

export type Credentials = ReturnType<typeof credentialCommand>;

/** A credential command in a directory of its own, and the tokens that it gives. */
export function credentialCommand(sandbox: Sandbox, directory: string, clock: Clock, slower = 1) {
  const script = join(directory, "login.sh");
  const answer = join(directory, "credential.json");
  const mode = join(directory, "mode");
  let used = false;
  let token = "";
  const tokens = [sandbox.token];
  writeFileSync(
    script,
    `#!/bin/sh
case "$(cat ${mode})" in
  hangs) exec sleep ${5 * slower} ;;
  fails) echo "the login has expired: run oidc-login" >&2; exit 3 ;;
  rubbish) echo "Please open https://login.example.com in your browser" ;;
  *) cat ${answer} ;;
esac
`,
  );
  chmodSync(script, 0o700);
  let shortLives = 0;
  const ended = new AbortController();
  let next = new AbortController();
  const after = (ms: number, signal: AbortSignal, work: () => void) =>
    void clock.sleep(ms, signal).then(work, () => undefined);
  const give = () => {
    const given = sandbox.issueToken();
    token = given;
    tokens.push(given);
    const lifeMs = shortLives > 0 ? shortLifeMs : 3_600_000;
    // A concurrent reader reads the complete previous file.
    writeFileSync(`${answer}.new`, credentialOf(token, clock.now() + lifeMs));
    renameSync(`${answer}.new`, answer);
    if (shortLives === 0) return;
    shortLives--;
    after(lifeMs * 0.6, AbortSignal.any([next.signal, ended.signal]), give);
    after(lifeMs, ended.signal, () => sandbox.revokeToken(given));
  };
  const expire = () => {
    sandbox.revokeToken(used ? token : sandbox.token);
    if (used) give();
  };
  return {
    use: () => {
      used = true;
      writeFileSync(mode, "gives");
      give();
    },
    set: (to: CredentialMode) => writeFileSync(mode, to),
    expire,
    shorten: () => {
      shortLives = 4;
      expire();
    },
    restore: () => {
      writeFileSync(mode, "gives");
      used = true;
      shortLives = 0;
      next.abort();
      next = new AbortController();
      give();
    },
    tokens: () => tokens,
    close: () => ended.abort(),
    connection: (): Readonly<Record<string, unknown>> =>
      used
        ? {
            host: sandbox.url,
            cluster_ca_certificate: sandbox.caCertificate,
            namespace: sandbox.namespace,
            exec: { api_version: "client.authentication.k8s.io/v1", command: script, args: null, env: null },
          }
        : { kubeconfig: sandbox.kubeconfig },
  };
}

/** How long a credential lasts that expires in the middle of a run. */
const shortLifeMs = 1_200;

const credentialOf = (token: string, expires: number): string =>
  JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token, expirationTimestamp: new Date(expires).toISOString() },
  });

function foreignWriter(client: KubeClient, namespace: string, profile: PlatformVersion, clock: Clock): ForeignWriter {
  const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${namespace}/kuberneteses`;
  const own = `${path}/${clusterName}`;
  const pending = new Set<Promise<void>>();
  /** What is begun here may be left to itself. */
  const noted =
    <P extends unknown[]>(work: (...given: P) => Promise<void>) =>
    async (...given: P): Promise<void> => {
      const running = work(...given);
      pending.add(running);
      await running.finally(() => pending.delete(running));
    };
  const remove = async () => {
    await client.request({ method: "DELETE", path: own }).catch(ignoring("NotFound"));
  };
  return {
    settled: async () => {
      await Promise.allSettled(pending);
      for (;;) {
        // The API may still be down, as the fault left it.
        const live = await client
          .request({ method: "GET", path: own })
          .catch(ignoring("NotFound", "Unavailable", "Network", "Timeout"));
        const isDown = typeof live === "string" && live !== "NotFound";
        if (!isDown && valueAt(live, ["metadata", "deletionTimestamp"]) === undefined) return;
        await clock.sleep(5);
      }
    },
    addPool: async (name, spec) => {
      const metadata = { name: `${clusterName}-${name}`, namespace, labels: { team: "foreign" } };
      const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "KubernetesNodes", metadata, spec };
      await client.request({ method: "POST", path: poolsPath(namespace), body });
    },
    patch: async (operations) => {
      for (let attempt = 0; attempt < 500; attempt++) {
        const code = await client
          .request({ method: "PATCH", path: own, contentType: "application/json-patch+json", body: operations })
          .then(() => undefined, ignoring("Conflict", "NotFound", "Unavailable", "Invalid"));
        if (code === undefined || code === "NotFound") return;
        await clock.sleep(20 * Math.random());
      }
      throw new Error("The foreign writer never got through.");
    },
    remove: noted(remove),
    recreate: noted(async () => {
      await remove();
      for (;;) {
        const code = await client.request({ method: "GET", path: own }).then(() => undefined, ignoring("NotFound"));
        if (code === "NotFound") break;
        await clock.sleep(5);
      }
      await client
        .request({
          method: "POST",
          path,
          body: {
            apiVersion: "apps.cozystack.io/v1alpha1",
            kind: "Kubernetes",
            metadata: { name: clusterName, namespace, labels: { team: "foreign" } },
            spec: { version: "v1.34", ...withoutGroups[profile] },
          },
        })
        .catch(ignoring("AlreadyExists"));
    }),
  };
}

/** What keeps the platform's own group away from a new cluster. */
const withoutGroups: Readonly<Record<PlatformVersion, JsonObject>> = {
  "1.1.2": { nodeGroups: { md0: null } },
  "1.6.2": { nodeGroups: {} },
  next: {},
};

const ignoring =
  (...codes: readonly string[]) =>
  (error: unknown): string => {
    if (error instanceof KubeError && codes.includes(error.code)) return error.code;
    throw error;
  };
