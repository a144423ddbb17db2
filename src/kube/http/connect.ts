import type { Dispatcher } from "undici";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { redact } from "../../base/redact.ts";
import { version } from "../../base/version.ts";
import type { ClientCertificate, Connection } from "./connection.ts";
import { createProofSource, type Proof } from "../credentials/credential-headers.ts";
import { EarlyDenials } from "../credentials/early-denials.ts";
import type { RunCommand } from "../credentials/run-command.ts";
import type { KubeClient, KubeRequest } from "../kube-client.ts";
import { KubeError } from "../kube-error.ts";
import { parseAnswer } from "./parse-status.ts";
import { withAdvice } from "./refusal-advice.ts";
import { delayBefore, mayRepeat, parseRetryAfter } from "./retry-policy.ts";
import { createDispatcher, type DispatcherFactory, transportError } from "./transport.ts";

export interface ConnectOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** 0 ≤ n < 1, for jitter. */
  readonly random: () => number;
  readonly dispatcherFactory?: DispatcherFactory;
  /** Runs credential plugins. */
  readonly run?: RunCommand;
}

/** A credential plugin that takes longer than this is worth a word. */
const slowCredentialMs = 500;

/**
 * A client of one API server. Nothing is dialled before the first request. Each attempt has its deadline; what may be repeated is, by
 * `RETRY_POLICY`; the caller's signal ends an attempt, a back-off and a wait for a credential at once.
 */
export function connect(connection: Connection, options: ConnectOptions): KubeClient {
  const { log, clock, random } = options;
  const proofs = createProofSource(connection, options);
  const dispatchers = createDispatchers(connection, options.dispatcherFactory ?? createDispatcher);
  const base = new URL(connection.server);

  const attempt = async (request: KubeRequest, proof: Proof): Promise<Outcome> => {
    const deadline = new AbortController();
    // True time, whatever the clock says: the server does not answer faster because ours is made to run fast.
    const timer = setTimeout(() => deadline.abort(), connection.requestTimeoutMs);
    const signals = request.signal === undefined ? [deadline.signal] : [deadline.signal, request.signal];
    const writes = request.method !== "GET";
    try {
      const answer = await dispatchers.of(proof.clientCertificate).request({
        origin: base.origin,
        path: pathOf(base, request),
        method: request.method,
        headers: headersOf(connection, request, proof),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        signal: AbortSignal.any(signals),
      });
      const text = await answer.body.text();
      warn(answer.headers, log);
      const retryAfterMs = parseRetryAfter(single(answer.headers["retry-after"]), clock.now());
      try {
        return { ok: true, body: parseAnswer({ status: answer.statusCode, text }, request.method) };
      } catch (error) {
        if (error instanceof KubeError) return { ok: false, error, retryAfterMs };
        throw error;
      }
    } catch (cause) {
      if (request.signal?.aborted) throw cancelled(request.signal, writes);
      if (deadline.signal.aborted) {
        const seconds = connection.requestTimeoutMs / 1000;
        const error = new KubeError("Timeout", `The API did not answer within ${seconds} s.`, {
          cause,
          ambiguous: writes,
        });
        return { ok: false, error, retryAfterMs: undefined };
      }
      const error = transportError(cause, connection, writes);
      // What no network can cause is a bug: it is neither repeated nor told as an outage.
      if (error === undefined) throw cause;
      return { ok: false, error, retryAfterMs: undefined };
    } finally {
      clearTimeout(timer);
    }
  };

  const failing = new Map<KubeRequest, KubeError>();
  /** Requests that wait for a credential, and since when. */
  const asking = new Map<KubeRequest, number>();
  const denials = new EarlyDenials(clock);

  const requestPatiently = async (request: KubeRequest) => {
    let refreshed = false;
    for (let failures = 0; ; ) {
      if (request.signal?.aborted) throw cancelled(request.signal, false);
      asking.set(request, clock.now());
      const proof = await proofs.of(request.signal).finally(() => asking.delete(request));
      const started = clock.now();
      const outcome = await attempt(request, proof);
      const fields = { method: request.method, path: request.path, ms: Math.round(clock.now() - started) };
      if (outcome.ok) {
        log("trace", "request", fields);
        denials.allowed(request);
        return outcome.body;
      }
      const { error } = outcome;
      log("debug", "request failed", { ...fields, code: error.code, status: error.status, failures });
      // A 401 was certainly not carried out, whatever the method: once, with a new credential, is safe.
      if (error.code === "Unauthorized" && !refreshed && proof.refused()) {
        refreshed = true;
        continue;
      }
      const early = denials.mayPass(request, error) && connection.maxRetries > 0;
      if (!early && (failures >= connection.maxRetries || !mayRepeat(request.method, error)))
        throw withAdvice(error, request, connection);
      failures++;
      failing.set(request, error);
      const delay = delayBefore(early ? Math.min(failures, 4) : failures, outcome.retryAfterMs, random);
      await clock.sleep(delay, request.signal).catch((cause: unknown) => {
        throw request.signal?.aborted ? cancelled(request.signal, false) : cause;
      });
    }
  };

  return {
    server: connection.server,
    namespace: connection.namespace,
    close: async () => {
      proofs.close();
      await dispatchers.close();
    },
    failing: () =>
      slowCredential(connection, Math.min(...asking.values()), clock.now()) ?? [...failing.values()].at(-1),
    request: async (request) => {
      try {
        return await requestPatiently(request);
      } finally {
        failing.delete(request);
      }
    },
  };
}

type Outcome =
  | { readonly ok: true; readonly body: Awaited<ReturnType<KubeClient["request"]>> }
  | { readonly ok: false; readonly error: KubeError; readonly retryAfterMs: number | undefined };

/** One pool for as long as the client certificate stays the same; plugins replace theirs. */
function createDispatchers(connection: Connection, factory: DispatcherFactory) {
  let current: { readonly dispatcher: Dispatcher; readonly certificate: string | undefined } | undefined;
  const open = new Set<Dispatcher>();
  return {
    of: (certificate: ClientCertificate | undefined): Dispatcher => {
      if (current === undefined || current.certificate !== certificate?.certificate) {
        const former = current?.dispatcher;
        current = { dispatcher: factory(connection, certificate), certificate: certificate?.certificate };
        open.add(current.dispatcher);
        // Requests under way keep theirs until they end.
        former?.close().then(
          () => open.delete(former),
          () => {},
        );
      }
      return current.dispatcher;
    },
    close: async (): Promise<void> => {
      await Promise.all([...open].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** A login that is being waited for keeps every request from being made. */
function slowCredential({ credential }: Connection, since: number, now: number): KubeError | undefined {
  if (credential.kind !== "exec" || now - since < slowCredentialMs) return undefined;
  const seconds = ((now - since) / 1000).toFixed(1);
  return new KubeError(
    "Credential",
    `The credential plugin \`${credential.plugin.command}\` has not answered for ${seconds} s.`,
  );
}

function pathOf(base: URL, request: KubeRequest): string {
  const query = new URLSearchParams(request.query).toString();
  return `${base.pathname.replace(/\/$/, "")}${request.path}${query === "" ? "" : `?${query}`}`;
}

function headersOf(connection: Connection, request: KubeRequest, proof: Proof): Record<string, string | string[]> {
  const impersonation = Object.entries(connection.headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value : [...value],
  ]);
  return {
    ...Object.fromEntries(impersonation),
    accept: "application/json",
    "user-agent": `terraform-provider-hikube/${version}`,
    ...(proof.authorization !== undefined && { authorization: proof.authorization }),
    ...(request.body !== undefined && { "content-type": request.contentType ?? "application/json" }),
  };
}

/** What the API wants its users to know, e.g. about fields that have no effect any more. */
function warn(headers: Readonly<Record<string, string | string[] | undefined>>, log: Log): void {
  const warnings = headers["warning"] ?? [];
  for (const warning of typeof warnings === "string" ? [warnings] : warnings) {
    const text = /^299 [^ ]+ "(.*?)"/.exec(warning)?.[1] ?? warning;
    log("warn", "the API warns", { warning: redact(text) });
  }
}

const single = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : header?.[0];

const cancelled = (signal: AbortSignal, ambiguous: boolean): KubeError =>
  new KubeError("Aborted", "The request was cancelled.", { cause: signal.reason, ambiguous });
