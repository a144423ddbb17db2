import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../http/connection.ts";

/** Returns a path with a leading `~` replaced by the home directory, which is `/` for a user without one. */
export function expandHome(path: string, env: Environment): string {
  if (path !== "~" && !/^~[/\\]/.test(path)) return path;
  return join(env["HOME"] || env["USERPROFILE"] || ownHome(), path.slice(1));
}

function ownHome(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}
