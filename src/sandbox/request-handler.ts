import type { Log } from "../base/log.ts";
import { unavailable } from "./api/plain-answers.ts";
import type { PlatformApi } from "./api/platform-api.ts";
import { Killed } from "./api/server-process.ts";
import type { FaultAction, FaultScript } from "./platform/faults.ts";
import { ApiStatus } from "./server/api-status.ts";
import { refuseDeepBody } from "./server/body-depth.ts";
import { afterAnswer, beforeAnswer } from "./server/fault-answers.ts";
import type { HttpAnswer, HttpRequest } from "./server/http-server.ts";
import type { Identity } from "./server/identity.ts";

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  /** Status of the answer, including one that a fault kept from the client; 0 without an answer. */
  readonly status: number;
  readonly user: string;
  /** When it was received and when it was answered; milliseconds since the epoch. */
  readonly at: number;
  readonly answeredAt?: number;
  readonly body?: string;
}

interface RequestHandlerOptions {
  /** What serves now: an upgrade of the platform replaces both. */
  readonly serving: () => { readonly api: PlatformApi; readonly faults: FaultScript };
  readonly now: () => number;
  readonly log: Log;
  /** Called before an answer is sent: what was answered is on disk. */
  readonly save: () => void;
}

interface RequestHandler {
  handle(request: HttpRequest): Promise<HttpAnswer>;
  /** The answer to a request whose handling failed. */
  failed(error: unknown): HttpAnswer;
  /** Requests in order. */
  readonly requests: readonly SandboxRequest[];
  /** Accepted POST, PUT, PATCH and DELETE on applications. */
  readonly writes: number;
}

/** How many requests are kept. */
const requestLimit = 50_000;

/** Answers requests through the platform's API, injects faults and keeps a record. */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  const { serving, now } = options;
  const requests: { -readonly [Key in keyof SandboxRequest]: SandboxRequest[Key] }[] = [];
  let writes = 0;
  return {
    requests,
    get writes() {
      return writes;
    },
    failed: (error) => failureAnswer(options.log, error),
    handle: async (request) => {
      const { api, faults } = serving();
      const identity = api.identify(request);
      const entry: (typeof requests)[number] = requestEntry(request, identity, now());
      requests.push(entry);
      if (requests.length > requestLimit) requests.splice(0, requests.length - requestLimit);
      const action = faults.take(request);
      await faults.gather(action);
      const early = await beforeAnswer(action, request.signal);
      const answer = early ?? (await apiAnswer(api, options.log, request, identity, action));
      options.save();
      if ("status" in answer) {
        entry.status = answer.status;
        entry.answeredAt = now();
        const isWrite = request.method !== "GET" && /\/(kuberneteses|kubernetesnodeses)(\/|$)/.test(request.path);
        if (isWrite && early === undefined && answer.status < 300) writes += 1;
      }
      return afterAnswer(action, answer);
    },
  };
}

const requestEntry = (request: HttpRequest, identity: Identity | undefined, at: number): SandboxRequest => ({
  method: request.method,
  path: request.path,
  query: request.query.toString(),
  contentType: request.contentType,
  status: 0,
  user: identity?.user ?? "",
  at,
  ...(request.body === "" ? {} : { body: request.body }),
});

async function apiAnswer(
  api: PlatformApi,
  log: Log,
  request: HttpRequest,
  identity: Identity | undefined,
  action: FaultAction | undefined,
): Promise<HttpAnswer> {
  try {
    refuseDeepBody(request.body);
    return await api.handle(request, identity, action?.kind === "stale" ? action.versions : 0);
  } catch (error) {
    if (error instanceof Killed) return unavailable("error trying to reach service: EOF\n");
    return failureAnswer(log, error);
  }
}

function failureAnswer(log: Log, error: unknown): HttpAnswer {
  if (error instanceof ApiStatus) return { status: error.code, body: error.body };
  log("error", "the sandbox failed to answer", {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  const { body } = new ApiStatus(500, "InternalError", "Internal error occurred: the sandbox failed");
  return { status: 500, body };
}
