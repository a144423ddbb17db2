import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };

const root = fileURLToPath(new URL("..", import.meta.url));

/** The executable that `npm run build` makes. */
export const executable = join(
  root,
  "dist",
  `terraform-provider-hikube_v${packageJson.version}${process.platform === "win32" ? ".exe" : ""}`,
);

/** The filesystem mirror that `npm run build` makes. */
export const mirror = join(root, "dist", "mirror");

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Builds the executable where there is none or where the sources are newer. Answers whether it had to. */
export function ensureBuilt(): boolean {
  const sources = ["src", "schemas", "scripts/bundle"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const single = ["build.ts", "bundle.ts", "executable.ts", "bun-runtime.ts"].map((name) =>
    join(root, "scripts", name),
  );
  const newest = Math.max(...[...sources, ...single, join(root, "package.json")].map(changedAt));
  if (changedAt(executable) > newest) return false;
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.ts")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  return true;
}
