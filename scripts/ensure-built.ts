import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { isUpToDate, runScript } from "./freshness.ts";

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

/** What an executable is made of. */
const sources: readonly string[] = [
  "src",
  "schemas",
  "scripts/bundle",
  "scripts/build.ts",
  "scripts/bundle.ts",
  "scripts/executable.ts",
  "scripts/bun-runtime.ts",
  "scripts/bun-languages.ts",
  "scripts/elf.ts",
  "package.json",
];

/** Builds the executable where there is none or where the sources are newer. Answers whether it had to. */
export function ensureBuilt(): boolean {
  if (isUpToDate(executable, sources)) return false;
  runScript("build.ts");
  return true;
}

/** The same for the executable of the tests. */
export async function ensureTestProvider(): Promise<void> {
  if (isUpToDate(testProvider, [...sources, "test/support/provider", "test/support/clock"])) return;
  const { bundleProgram } = await import("./bundle.ts");
  const { makeExecutable } = await import("./executable.ts");
  const { goPlatform } = await import("./go-platform.ts");
  mkdirSync(dirname(testProvider), { recursive: true });
  const { text } = await bundleProgram(join(root, "test", "support", "provider", "executable.ts"));
  makeExecutable(text, goPlatform, testProvider);
}
