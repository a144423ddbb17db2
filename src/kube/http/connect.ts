import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { EarlyDenials } from "../credentials/early-denials.ts";
import { createCredentialSource } from "../credentials/request-credentials.ts";
import type { RunCommand } from "../credentials/run-command.ts";
import type { KubeClient, KubeRequest } from "../kube-client.ts";
import { cancelled, createAttempts } from "./attempt.ts";
import type { Connection } from "./connection.ts";
import { PendingRequests } from "./pending-requests.ts";
import { withAdvice } from "./refusal-advice.ts";
import { delayBefore, mayRepeat } from "./retry-policy.ts";
import { createDispatcher, type DispatcherFactory } from "./transport.ts";

export interface ConnectOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** 0 ≤ n < 1, for jitter. */
  readonly random: () => number;
  readonly dispatcherFactory?: DispatcherFactory;
  /** Runs credential plugins. */
  readonly run?: RunCommand;
}

/**
 * Returns a client of one API server. It connects at the first request. Each attempt has a deadline and is retried according to
 * `RETRY_POLICY`; the caller's signal immediately aborts an attempt, a back-off and a wait for a credential.
 */
export function connect(connection: Connection, options: ConnectOptions): KubeClient {
  const { log, clock, random, dispatcherFactory: factory = createDispatcher } = options;
  const credentials = createCredentialSource(connection, options);
  const attempts = createAttempts(connection, { log, clock, factory });
  const pending = new PendingRequests(connection, clock);
  const denials = new EarlyDenials(clock);

  const requestWithRetries = async (request: KubeRequest) => {
    let refreshed = false;
    for (let failures = 0; ; ) {
      if (request.signal?.aborted) throw cancelled(request.signal, false);
      const shown = await pending.duringLogin(request, credentials.forRequest(request.signal));
      const started = clock.now();
      const outcome = await attempts.send(request, shown);
      const fields = { method: request.method, path: request.path, ms: Math.round(clock.now() - started) };
      if (outcome.ok) {
        log("trace", "request", fields);
        denials.allowed(request);
        return outcome.body;
      }
      const { error } = outcome;
      log("debug", "request failed", { ...fields, code: error.code, status: error.status, failures });
      // A request with status 401 was not carried out, whatever its method, so one retry with a new credential is safe.
      if (error.code === "Unauthorized" && !refreshed && shown.refused()) {
        refreshed = true;
        continue;
      }
      const early = denials.mayPass(request, error) && connection.maxRetries > 0;
      if (!early && (failures >= connection.maxRetries || !mayRepeat(request.method, error)))
        throw withAdvice(error, request, connection);
      failures++;
      pending.failed(request, error);
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
      credentials.close();
      await attempts.close();
    },
    failing: () => pending.lastError(),
    request: (request) => requestWithRetries(request).finally(() => pending.ended(request)),
  };
}
