import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** When a file has changed last, in milliseconds since the epoch; 0 where there is none. */
const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether a file is newer than everything that it is made of: files of the project, and folders with all that is in them. */
export function isUpToDate(file: string, sources: readonly string[]): boolean {
  const all = sources
    .map((path) => join(root, path))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, encoding: "utf8" }).map((entry) => join(path, entry))
        : [path],
    );
  return changedAt(file) > Math.max(...all.map(changedAt));
}

/** Runs a script of this folder. Ends the process where it fails. */
export function runScript(name: string): void {
  const { status } = spawnSync(process.execPath, [join(root, "scripts", name)], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
