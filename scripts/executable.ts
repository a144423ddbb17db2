import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adaptBun, bunRuntime } from "./bun-runtime.ts";
import { type GoPlatform, goPlatform } from "./go-platform.ts";

const targets: Readonly<Record<GoPlatform, string>> = {
  linux_amd64: "bun-linux-x64",
  linux_arm64: "bun-linux-arm64",
  darwin_amd64: "bun-darwin-x64",
  darwin_arm64: "bun-darwin-arm64",
  windows_amd64: "bun-windows-x64",
};

/**
 * Compiles a CommonJS script to an executable of a platform, on any platform. The same script gives the same bytes.
 *
 * @param output its path, with `.exe` on Windows.
 */
export function makeExecutable(script: string, platform: GoPlatform, output: string): void {
  const work = mkdtempSync(join(tmpdir(), "hikube-compile-"));
  try {
    const runtime = join(work, "bun");
    const compiled = join(work, platform === "windows_amd64" ? "out.exe" : "out");
    writeFileSync(runtime, adaptBun(readFileSync(bunRuntime(platform))), { mode: 0o755 });
    // Its name is seen in stack traces.
    writeFileSync(join(work, "provider.cjs"), script);
    const options = [
      "--compile",
      `--target=${targets[platform]}`,
      `--compile-executable-path=${runtime}`,
      "--minify",
      "--bytecode",
      "--format=cjs",
      // A process lives seconds: code is compiled further after 20 times as many calls as usual (docs/decisions/runtimes.md).
      "--compile-jit-policy=20",
      // The folder that Terraform runs in is the user's: its files are not this program's configuration.
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      // Its value would be in the executable, and be another one each time.
      '--define=__filename="provider.cjs"',
    ];
    execFileSync(bunRuntime(goPlatform), ["build", ...options, "provider.cjs", `--outfile=${compiled}`], {
      cwd: work,
      stdio: ["ignore", "ignore", "inherit"],
    });
    // At one stroke: a run that uses the former is not disturbed.
    const beside = `${output}.${process.pid}`;
    copyFileSync(compiled, beside);
    chmodSync(beside, 0o755);
    renameSync(beside, output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
