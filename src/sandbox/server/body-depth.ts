import { badRequest } from "./api-status.ts";

/** Go's decoder stops at 10,000 levels; the stack of this process would overflow earlier. */
const mostLevels = 1_000;

/**
 * Refuses a JSON body that is nested too deeply: once stored, it would fail every read of the namespace.
 *
 * @throws ApiStatus 400.
 */
export function refuseDeepBody(body: string): void {
  if (!/^\s*[{[]/.test(body)) return;
  let levels = 0;
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const character = body[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") levels++;
    else if (character === "}" || character === "]") levels--;
    if (levels > mostLevels) throw badRequest("json: exceeded max depth");
  }
}
