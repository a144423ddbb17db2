import { badRequest } from "./api-status.ts";

/** Go's decoder stops at 10,000 levels; this process's stack would end before. */
const mostLevels = 1_000;

/**
 * Refuses a JSON body that nests too deep to be worked on: stored, it would fail every later read of the namespace.
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
