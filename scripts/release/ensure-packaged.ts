import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checksumsFile } from "./files.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Makes the files of a release where there are none or where the sources are newer. */
export function ensurePackaged(): void {
  const sources = ["src", "schemas", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(root, folder, path)),
  );
  const newest = Math.max(...[...sources, join(root, "package.json")].map(changedAt));
  if (changedAt(checksumsFile) > newest) return;
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "package.ts")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
