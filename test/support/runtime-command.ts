import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunRuntime } from "../../scripts/bun-runtime.ts";
import { bundleProgram } from "../../scripts/bundle.ts";
import { goPlatform } from "../../scripts/go-platform.ts";

/** Node, on which the sources run, and Bun, which runs the executable. */
export const runtimes = ["node", "bun"] as const;

export interface RuntimeCommand {
  readonly command: readonly [string, ...string[]];
  remove(): void;
}

/** The command that runs a program of the tests, on Node as it is, on Bun bundled as the executable is. */
export async function commandOn(runtime: (typeof runtimes)[number], program: string): Promise<RuntimeCommand> {
  if (runtime === "node") return { command: [process.execPath, program], remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "hikube-on-bun-"));
  const script = join(folder, "program.cjs");
  writeFileSync(script, (await bundleProgram(program)).text);
  return { command: [bunRuntime(goPlatform), script], remove: () => rmSync(folder, { recursive: true }) };
}
