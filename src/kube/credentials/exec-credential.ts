import type { Clock } from "../../base/clock.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { clientCertificateComplaint } from "../config/certificates.ts";
import type { ClientCertificate, Environment, ExecPlugin } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { exitFailure, startFailure } from "./plugin-failure.ts";
import { type CommandResult, type RunCommand, runCommand } from "./run-command.ts";

/** The result of a credential plugin. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  /** Milliseconds since the epoch; undefined: valid until the server rejects it. */
  readonly expiresAt: number | undefined;
}

export interface ExecCredentialSource {
  /** Returns the credential, from the plugin or cached. Throws KubeError `Credential`, or `Aborted` with the signal. */
  get(signal?: AbortSignal): Promise<ExecCredential>;
  /** Discards a credential that the server rejected; a newer credential is kept. */
  refused(credential: ExecCredential): void;
  /** Ends a running plugin. */
  close(): void;
}

export interface ExecCredentialOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly run?: RunCommand;
}

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/** A credential is replaced this long before it expires, in milliseconds, or a tenth of its lifetime before if that is shorter. */
const EARLY_MS = 30_000;
/** Minimum time for which a credential is used, in milliseconds, even an expired one: a plugin must not be started for every request. */
const LEAST_LIFE_MS = 5_000;

/**
 * Returns the credentials of one plugin, e.g. `kubectl oidc-login` (design.md §3.1: the usual login). Concurrent requests share one run
 * of the plugin, because it may open a browser.
 */
export function createExecCredential(plugin: ExecPlugin, options: ExecCredentialOptions): ExecCredentialSource {
  const { clock, log, run = runCommand } = options;
  if (!VERSIONS.includes(plugin.apiVersion)) {
    throw new KubeError(
      "Credential",
      `\`api_version\` of the credential plugin must be one of ${VERSIONS.join(", ")}.`,
      {
        setting: "exec",
      },
    );
  }
  let current: { readonly credential: ExecCredential; readonly until: number } | undefined;
  let running: Promise<ExecCredential> | undefined;
  const closing = new AbortController();

  const renew = async (): Promise<ExecCredential> => {
    log("debug", "asking the credential plugin", { command: plugin.command });
    const { timeoutMs } = plugin;
    const options = { env: environmentOf(plugin), timeoutMs, signal: closing.signal };
    const result = await run(plugin.command, plugin.args, options).catch((cause: unknown) => {
      if (closing.signal.aborted) throw new KubeError("Aborted", "The credential plugin was ended.", { cause });
      throw startFailure(plugin, cause) ?? cause;
    });
    const credential = readCredential(plugin, result, clock.now());
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
    close: () => closing.abort(),
  };
}

function environmentOf(plugin: ExecPlugin): Environment {
  const spec = { interactive: false, ...(plugin.cluster !== undefined && { cluster: plugin.cluster }) };
  const info = { kind: "ExecCredential", apiVersion: plugin.apiVersion, spec };
  return { ...plugin.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

function readCredential(plugin: ExecPlugin, result: CommandResult, now: number): ExecCredential {
  if (result.code !== 0) throw exitFailure(plugin, result);
  const fail = (what: string) =>
    new KubeError("Credential", `The credential plugin \`${plugin.command}\` ${what}`, {
      summary: "The credential plugin failed",
      hint: "Run the command by hand to see what it prints, and correct the plugin or its arguments.",
    });
  let answer: unknown;
  try {
    answer = JSON.parse(result.stdout);
  } catch {
    throw fail("printed something that is not JSON.");
  }
  if (!isJsonObject(answer) || answer["kind"] !== "ExecCredential" || !isJsonObject(answer["status"])) {
    throw fail("printed JSON that is not an ExecCredential with a status.");
  }
  if (answer["apiVersion"] !== plugin.apiVersion) {
    throw fail(`answered in another version than ${plugin.apiVersion}: set \`api_version\` to the one it uses.`);
  }
  const status: JsonObject = answer["status"];
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp: expires } = status;
  const expiresAt = typeof expires === "string" ? Date.parse(expires) : undefined;
  if (Number.isNaN(expiresAt)) throw fail("returned an expirationTimestamp that is not a time.");
  const hasPair = typeof certificate === "string" && certificate !== "" && typeof key === "string" && key !== "";
  const hasToken = typeof token === "string" && token.trim() !== "";
  if (!hasPair && !hasToken) throw fail("returned neither a token nor a client certificate with its key.");
  if (hasPair) {
    const complaint = clientCertificateComplaint({ certificate, key }, now);
    if (complaint !== undefined) throw fail(`returned a client certificate that cannot be used: ${complaint}.`);
  }
  return {
    token: hasToken ? token : undefined,
    clientCertificate: hasPair ? { certificate, key } : undefined,
    expiresAt,
  };
}

/** A caller may stop waiting; the plugin continues for the other requests. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new KubeError("Aborted", "The request was cancelled.", { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
