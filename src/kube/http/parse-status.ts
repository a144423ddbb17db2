import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { redact } from "../../base/redact.ts";
import type { KubeRequest } from "../kube-client.ts";
import { KubeError, type KubeErrorCode } from "../kube-error.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Returns the JSON object of a 2xx response; throws a KubeError for any other (platform.md §1.5). In every version, the platform
 * reports conflicts and existing names as 500 with a text.
 */
export function parseAnswer(answer: Answer, method: KubeRequest["method"]): Json {
  const writes = method !== "GET";
  const body = parse(answer.text);
  if (answer.status >= 200 && answer.status < 300) {
    if (isJsonObject(body) && !isDeeperThan(body, MAX_DEPTH)) return body;
    const what = isJsonObject(body) ? "JSON that nests too deep" : describe(answer.text, body);
    throw new KubeError("Malformed", `The API answered ${what} instead of a JSON object.`, {
      status: answer.status,
      ambiguous: writes,
    });
  }
  if (!isJsonObject(body) || body["kind"] !== "Status") throw withoutStatus(answer, body, writes);
  const message =
    typeof body["message"] === "string" && body["message"] !== "" ? body["message"] : `HTTP ${answer.status}`;
  const reason = typeof body["reason"] === "string" && body["reason"] !== "" ? body["reason"] : undefined;
  const code = codeOf(answer.status, reason, message);
  return fail(code, redact(message), {
    status: answer.status,
    ...(reason !== undefined && { reason }),
    fields: fieldsOf(body["details"]),
    ambiguous: writes && code === "Unavailable",
  });
}

function fail(...init: ConstructorParameters<typeof KubeError>): never {
  throw new KubeError(...init);
}

function codeOf(status: number, reason: string | undefined, message: string): KubeErrorCode {
  if (status === 500) return serverErrorCode(message);
  if (status === 409)
    return reason === "AlreadyExists" || message.includes("already exists") ? "AlreadyExists" : conflict(message);
  return BY_STATUS[status] ?? (status >= 500 ? "Unavailable" : "Unsupported");
}

const BY_STATUS: Readonly<Record<number, KubeErrorCode>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  408: "Unavailable",
  422: "Invalid",
  429: "TooManyRequests",
};

/** Returns the code of an error that lost its type in the platform's API server; only its text remains. */
function serverErrorCode(message: string): KubeErrorCode {
  if (message.includes("already exists")) return "AlreadyExists";
  if (message.includes("Operation cannot be fulfilled") || message.includes("object has been modified"))
    return conflict(message);
  if (message.includes("UID in precondition")) return "UidMismatch";
  // `failed to fetch current HelmRelease: … not found`: the object was deleted between two steps of the server.
  if (/helmreleases?\.helm\.toolkit\.fluxcd\.io ".*" not found/.test(message)) return "NotFound";
  return "Unavailable";
}

const conflict = (message: string): KubeErrorCode =>
  message.includes("UID in precondition") ? "UidMismatch" : "Conflict";

/** Returns the error of a response that is not from the API server itself but from a proxy or an ingress, or for an unknown path. */
function withoutStatus({ status, text }: Answer, body: Json | undefined, writes: boolean): KubeError {
  if (status === 404 && /^\s*404 page not found\s*$/.test(text)) {
    return new KubeError("NotFound", "The API server does not serve this path.", { status });
  }
  if (status === 401) return new KubeError("Unauthorized", "The API refused the credentials.", { status });
  if (status === 403)
    return new KubeError("Forbidden", "The API, or a proxy before it, forbids this request.", { status });
  if (status === 429) return new KubeError("TooManyRequests", "The API limits the rate of requests.", { status });
  if (status >= 500) {
    return new KubeError("Unavailable", `The API is not available (HTTP ${status}).`, { status, ambiguous: writes });
  }
  if (body === undefined && /^\s*\{/.test(text))
    return new KubeError("Network", `The API's answer ends too early (HTTP ${status}).`, { status });
  // A 404 of another server must not be interpreted as a deleted object.
  const what = describe(text, body);
  return new KubeError(
    "Malformed",
    `The API answered ${what} (HTTP ${status}). Is the address that of a Kubernetes API?`,
    { status },
  );
}

/** Maximum nesting of a response: far above any OpenAPI document or Helm value, far below a stack overflow in a recursive copy. */
const MAX_DEPTH = 256;

function isDeeperThan(json: Json, levels: number): boolean {
  if (typeof json !== "object" || json === null) return false;
  if (levels === 0) return true;
  for (const key in json) if (isDeeperThan((json as JsonObject)[key] ?? null, levels - 1)) return true;
  return false;
}

/** Describes an unexpected body without quoting it. */
function describe(text: string, body: unknown): string {
  if (text.trim() === "") return "nothing";
  if (/^\s*</.test(text)) return "a web page";
  return body === undefined ? "text that is not JSON" : "JSON of another kind";
}

function fieldsOf(details: Json | undefined): string[] {
  const causes = isJsonObject(details) ? details["causes"] : undefined;
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause) => (isJsonObject(cause) && typeof cause["field"] === "string" ? [cause["field"]] : []));
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
