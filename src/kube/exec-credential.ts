import { spawn } from "node:child_process";
import type { Clock } from "../base/clock.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import type { ClientCertificate, Environment, ExecPlugin } from "./connection.ts";
import { KubeError } from "./kube-error.ts";

/** What a credential plugin answered. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  /** Milliseconds since the epoch; undefined means: until the server refuses it. */
  readonly expiresAt: number | undefined;
}

export interface ExecCredentialSource {
  /** The credential, from the plugin or still valid from before. Throws KubeError `Credential`, or `Aborted` with the signal. */
  get(signal?: AbortSignal): Promise<ExecCredential>;
  /** Forgets a credential that the server refused; one that has been replaced since is left alone. */
  refused(credential: ExecCredential): void;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, bounded in time and output. Rejects as `spawn` does when it cannot be started. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options: { readonly env: Environment; readonly timeoutMs: number },
) => Promise<CommandResult>;

export interface ExecCredentialOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly run?: RunCommand;
  /** A login in a browser takes its time; kubelogin itself gives up after three minutes. */
  readonly timeoutMs?: number;
}

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
const MAX_OUTPUT = 1024 * 1024;
/** A credential is replaced this long before it expires, or a tenth of its life if that is shorter. */
const EARLY_MS = 30_000;
/** Even one that comes expired is kept for so long: a plugin must not be started for every request. */
const LEAST_LIFE_MS = 5_000;

/**
 * Credentials of one plugin, e.g. `kubectl oidc-login` (design.md §3.1: the main road). Requests that need one at the same time share
 * one run of the plugin: it may open a browser.
 */
export function createExecCredential(plugin: ExecPlugin, options: ExecCredentialOptions): ExecCredentialSource {
  const { clock, log, run = runCommand, timeoutMs = 240_000 } = options;
  if (!VERSIONS.includes(plugin.apiVersion)) {
    throw new KubeError("Credential", `The credential plugin's api_version must be one of ${VERSIONS.join(", ")}.`);
  }
  let current: { readonly credential: ExecCredential; readonly until: number } | undefined;
  let running: Promise<ExecCredential> | undefined;

  const renew = async (): Promise<ExecCredential> => {
    log("debug", "asking the credential plugin", { command: plugin.command });
    const result = await run(plugin.command, plugin.args, { env: environmentOf(plugin), timeoutMs }).catch(
      (cause: unknown) => {
        throw startFailure(plugin, cause, timeoutMs);
      },
    );
    const credential = readCredential(plugin, result);
    const now = clock.now();
    const { expiresAt } = credential;
    const early = expiresAt === undefined ? 0 : Math.min(EARLY_MS, Math.max(0, (expiresAt - now) / 10));
    const until = expiresAt === undefined ? Number.POSITIVE_INFINITY : Math.max(expiresAt - early, now + LEAST_LIFE_MS);
    current = { credential, until };
    return credential;
  };

  return {
    get: async (signal) => {
      if (current !== undefined && clock.now() < current.until) return current.credential;
      running ??= renew().finally(() => {
        running = undefined;
      });
      return untilAborted(running, signal);
    },
    refused: (credential) => {
      if (current?.credential === credential) current = undefined;
    },
  };
}

function environmentOf(plugin: ExecPlugin): Environment {
  const spec = { interactive: false, ...(plugin.cluster !== undefined && { cluster: plugin.cluster }) };
  const info = { kind: "ExecCredential", apiVersion: plugin.apiVersion, spec };
  return { ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

function readCredential(plugin: ExecPlugin, result: CommandResult): ExecCredential {
  const fail = (what: string) => new KubeError("Credential", `The credential plugin \`${plugin.command}\` ${what}`);
  if (result.code !== 0) {
    const said = lastLine(result.stderr);
    throw fail(`failed (exit code ${result.code ?? "none"})${said === "" ? "." : `: ${said}`}`);
  }
  let answer: unknown;
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    throw fail("printed something that is not JSON. Run it by hand to see what.");
  }
  if (!isJsonObject(answer) || answer["kind"] !== "ExecCredential" || !isJsonObject(answer["status"])) {
    throw fail("printed JSON that is no ExecCredential with a status.");
  }
  if (answer["apiVersion"] !== plugin.apiVersion) {
    throw fail(`answered in another version than ${plugin.apiVersion}: set the api_version it speaks.`);
  }
  const status: JsonObject = answer["status"];
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp: expires } = status;
  const expiresAt = typeof expires === "string" ? Date.parse(expires) : undefined;
  if (Number.isNaN(expiresAt)) throw fail("gave an expirationTimestamp that is no time.");
  const hasPair = typeof certificate === "string" && certificate !== "" && typeof key === "string" && key !== "";
  const hasToken = typeof token === "string" && token !== "";
  if (!hasPair && !hasToken) throw fail("gave neither a token nor a client certificate with its key.");
  return {
    token: hasToken ? token : undefined,
    clientCertificate: hasPair ? { certificate, key } : undefined,
    expiresAt,
  };
}

function startFailure(plugin: ExecPlugin, cause: unknown, timeoutMs: number): KubeError {
  if (cause instanceof KubeError) return cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const hint = plugin.installHint === undefined ? "" : ` ${redact(plugin.installHint.trim())}`;
  const text =
    code === "ENOENT"
      ? `The credential plugin \`${plugin.command}\` was not found. Install it, or put its directory on PATH.${hint}`
      : code === "EACCES"
        ? `The credential plugin \`${plugin.command}\` may not be executed.`
        : code === "ETIMEDOUT"
          ? `The credential plugin \`${plugin.command}\` did not answer within ${timeoutMs / 1000} s. Log in by hand first.`
          : `The credential plugin \`${plugin.command}\` could not be run.`;
  return new KubeError("Credential", text, { cause });
}

/** The last thing the plugin said, without secrets and short enough for a message. */
function lastLine(stderr: string): string {
  const line = redact(stderr).trim().split("\n").at(-1)?.trim() ?? "";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** The caller may stop waiting; the plugin goes on, for the others and for the next. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new KubeError("Aborted", "The request was cancelled.", { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const runCommand: RunCommand = (command, args, { env, timeoutMs }) =>
  new Promise((resolve, reject) => {
    // Never our stdin: Terraform asks its user questions there.
    const child = spawn(command, args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
    const output = { stdout: "", stderr: "" };
    const collect = (name: "stdout" | "stderr") => (chunk: Buffer) => {
      output[name] = (output[name] + chunk.toString("utf8")).slice(-MAX_OUTPUT);
    };
    child.stdout.on("data", collect("stdout"));
    child.stderr.on("data", collect("stderr"));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(Object.assign(new Error("timed out"), { code: "ETIMEDOUT" }));
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
