import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** Whether suites that serve the provider themselves serve it compiled instead of in their own process. */
export const isExecutableTested = process.env["HIKUBE_TEST_PROVIDER"] === "executable";

/** The executable of test/support/provider/executable.ts. */
export const testProvider = join(root, ".cache", "test-provider");

/** The command that starts the provider as a plugin: from the sources, or the executable where HIKUBE_TEST_PROVIDER says so. */
export const providerCommand: readonly string[] = isExecutableTested
  ? [executable]
  : [process.execPath, join(root, "src", "main.ts")];

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When one of the files that an executable is made of has changed last. */
function newestSource(): number {
  const sources = ["src", "schemas", "scripts/bundle"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const single = ["build.ts", "bundle.ts", "executable.ts", "bun-runtime.ts"].map((name) =>
    join(root, "scripts", name),
  );
  return Math.max(...[...sources, ...single, join(root, "package.json")].map(changedAt));
}

/** Builds the executable where there is none or where the sources are newer. Answers whether it had to. */
export function ensureBuilt(): boolean {
  if (changedAt(executable) > newestSource()) return false;
  const { status } = spawnSync(process.execPath, [join(root, "scripts", "build.ts")], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  return true;
}

/** The same for the executable of the tests. */
export async function ensureTestProvider(): Promise<void> {
  const folder = join(root, "test", "support");
  const support = ["provider/executable.ts", "provider/serve.ts", "clock/jump-clock.ts", "clock/turn-clock.ts"];
  const newest = Math.max(newestSource(), ...support.map((name) => changedAt(join(folder, name))));
  if (changedAt(testProvider) > newest) return;
  const { bundleProgram } = await import("./bundle.ts");
  const { makeExecutable } = await import("./executable.ts");
  const { goPlatform } = await import("./go-platform.ts");
  mkdirSync(dirname(testProvider), { recursive: true });
  const { text } = await bundleProgram(join(folder, "provider", "executable.ts"));
  makeExecutable(text, goPlatform, testProvider);
}
