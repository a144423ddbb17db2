import { systemClock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { FaultAction } from "../platform/faults.ts";
import type { HttpAnswer } from "./http-server.ts";

/** The effect of a fault before the server handles the request. `signal` aborts when the client disconnects. */
export async function beforeAnswer(
  action: FaultAction | undefined,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  if (action === undefined) return undefined;
  // A delayed request is handled even when the client has disconnected.
  if (action.kind === "delay") await systemClock.sleep(action.ms, signal).catch(() => undefined);
  if (action.kind === "hang") return { hang: true };
  if (action.kind === "reset" && action.when === "before") return { reset: true };
  if (action.kind !== "answer") return undefined;
  const headers = { ...action.headers };
  const body: Json = action.body ?? "";
  return typeof body === "string"
    ? { status: action.status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, text: body }
    : { status: action.status, headers, body };
}

/** The effect of a fault on the server's answer. */
export function afterAnswer(action: FaultAction | undefined, answer: HttpAnswer): HttpAnswer {
  if (action?.kind === "reset") return { reset: true };
  if (action?.kind === "break" && "body" in answer) return { ...answer, broken: action };
  if (action?.kind === "truncate" && "body" in answer) {
    const text = JSON.stringify(answer.body).slice(0, action.bytes);
    return { status: answer.status, headers: { "content-type": "application/json" }, text };
  }
  return answer;
}
