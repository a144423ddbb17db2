import { systemClock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { FaultAction } from "../platform/faults.ts";
import type { HttpAnswer } from "./http-server.ts";

/** The part of a fault that comes before the server looks at the request; the signal tells that the client has hung up. */
export async function beforeAnswer(
  action: FaultAction | undefined,
  signal: AbortSignal,
): Promise<HttpAnswer | undefined> {
  if (action === undefined) return undefined;
  // What was delayed is carried out, whoever still waits for it.
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

/** The part that comes once the server has an answer. */
export function afterAnswer(action: FaultAction | undefined, answer: HttpAnswer): HttpAnswer {
  if (action?.kind === "reset") return { reset: true };
  if (action?.kind === "break" && "body" in answer) return { ...answer, broken: action };
  if (action?.kind === "truncate" && "body" in answer) {
    const text = JSON.stringify(answer.body).slice(0, action.bytes);
    return { status: answer.status, headers: { "content-type": "application/json" }, text };
  }
  return answer;
}
