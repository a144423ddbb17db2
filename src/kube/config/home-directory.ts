import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../http/connection.ts";

/** Returns a path with a leading `~` replaced by the home directory. */
export function expandHome(path: string, env: Environment): string {
  const home = env["HOME"] || env["USERPROFILE"] || homedir();
  return path === "~" || /^~[/\\]/.test(path) ? join(home, path.slice(1)) : path;
}
