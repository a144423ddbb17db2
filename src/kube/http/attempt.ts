import type { Dispatcher } from "undici";
import { type Clock, systemClock } from "../../base/clock.ts";
import { beforeDeadline } from "../../base/deadline.ts";
import type { Log } from "../../base/log.ts";
import { redact } from "../../base/redact.ts";
import { version } from "../../base/version.ts";
import type { RequestCredentials } from "../credentials/request-credentials.ts";
import type { KubeClient, KubeRequest } from "../kube-client.ts";
import { KubeError } from "../kube-error.ts";
import type { ClientCertificate, Connection } from "./connection.ts";
import { parseAnswer } from "./parse-status.ts";
import { parseRetryAfter } from "./retry-policy.ts";
import { type DispatcherFactory, transportError } from "./transport.ts";

/** The outcome of one attempt at a request. */
export type Outcome =
  | { readonly ok: true; readonly body: Awaited<ReturnType<KubeClient["request"]>> }
  | { readonly ok: false; readonly error: KubeError; readonly retryAfterMs: number | undefined };

export interface Attempts {
  /** Sends one attempt, with its deadline. Throws KubeError `Aborted` if the caller's signal aborts; rethrows bugs unchanged. */
  send(request: KubeRequest, credentials: RequestCredentials): Promise<Outcome>;
  close(): Promise<void>;
}

/** Sends single requests over pooled connections. */
export function createAttempts(
  connection: Connection,
  { log, clock, factory }: { readonly log: Log; readonly clock: Clock; readonly factory: DispatcherFactory },
): Attempts {
  const dispatchers = createDispatchers(connection, factory);
  const base = new URL(connection.server);

  const exchange = async (
    request: KubeRequest,
    credentials: RequestCredentials,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const answer = await dispatchers.of(credentials.clientCertificate).request({
      origin: base.origin,
      path: pathOf(base, request),
      method: request.method,
      headers: headersOf(connection, request, credentials),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
    const text = await answer.body.text();
    logWarnings(answer.headers, log);
    const retryAfterMs = parseRetryAfter(single(answer.headers["retry-after"]), clock.now());
    try {
      return { ok: true, body: parseAnswer({ status: answer.statusCode, text }, request.method) };
    } catch (error) {
      if (error instanceof KubeError) return { ok: false, error, retryAfterMs };
      throw error;
    }
  };

  return {
    send: async (request, credentials) => {
      const { signal = new AbortController().signal } = request;
      const writes = request.method !== "GET";
      // The deadline uses real time, not the given clock: a fast clock does not make the server respond faster.
      const deadline = systemClock.now() + connection.requestTimeoutMs;
      try {
        const outcome = await beforeDeadline(systemClock, deadline, signal, (either) =>
          exchange(request, credentials, either),
        );
        return outcome ?? { ok: false, error: timedOut(connection, writes), retryAfterMs: undefined };
      } catch (cause) {
        if (signal.aborted) throw cancelled(signal, writes);
        const error = transportError(cause, connection, writes);
        // An error without a network cause is a bug: it is neither retried nor reported as an outage.
        if (error === undefined) throw cause;
        return { ok: false, error, retryAfterMs: undefined };
      }
    },
    close: () => dispatchers.close(),
  };
}

/** Returns the error of a request that its caller cancelled. */
export const cancelled = (signal: AbortSignal, ambiguous: boolean): KubeError =>
  new KubeError("Aborted", "The request was cancelled.", { cause: signal.reason, ambiguous });

const timedOut = ({ requestTimeoutMs }: Connection, ambiguous: boolean): KubeError =>
  new KubeError("Timeout", `The API did not answer within ${requestTimeoutMs / 1000} s.`, { ambiguous });

/** Keeps one pool while the client certificate is unchanged; plugins replace certificates. */
function createDispatchers(connection: Connection, factory: DispatcherFactory) {
  let current: { readonly dispatcher: Dispatcher; readonly certificate: string | undefined } | undefined;
  const open = new Set<Dispatcher>();
  return {
    of: (certificate: ClientCertificate | undefined): Dispatcher => {
      if (current === undefined || current.certificate !== certificate?.certificate) {
        const former = current?.dispatcher;
        current = { dispatcher: factory(connection, certificate), certificate: certificate?.certificate };
        open.add(current.dispatcher);
        // Pending requests use the former pool until they end.
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

function pathOf(base: URL, request: KubeRequest): string {
  const query = new URLSearchParams(request.query).toString();
  return `${base.pathname.replace(/\/$/, "")}${request.path}${query === "" ? "" : `?${query}`}`;
}

function headersOf(
  connection: Connection,
  request: KubeRequest,
  { authorization }: RequestCredentials,
): Record<string, string | string[]> {
  const impersonation = Object.entries(connection.headers).map(([name, value]) => [
    name,
    typeof value === "string" ? value : [...value],
  ]);
  return {
    ...Object.fromEntries(impersonation),
    accept: "application/json",
    "user-agent": `terraform-provider-hikube/${version}`,
    ...(authorization !== undefined && { authorization }),
    ...(request.body !== undefined && { "content-type": request.contentType ?? "application/json" }),
  };
}

/** Logs the warnings of the API, e.g. about deprecated fields. */
function logWarnings(headers: Readonly<Record<string, string | string[] | undefined>>, log: Log): void {
  const warnings = headers["warning"] ?? [];
  for (const warning of typeof warnings === "string" ? [warnings] : warnings) {
    const text = /^299 [^ ]+ "(.*?)"/.exec(warning)?.[1] ?? warning;
    log("warn", "the API warns", { warning: redact(text) });
  }
}

const single = (header: string | string[] | undefined): string | undefined =>
  typeof header === "string" ? header : header?.[0];
