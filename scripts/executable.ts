import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunRuntime, adaptBun } from "./bun-runtime.ts";
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
      // The folder that Terraform runs in is the user's: its files are not this program's configuration.
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
    ];
    execFileSync(bunRuntime(goPlatform), ["build", ...options, "provider.cjs", `--outfile=${compiled}`], {
      cwd: work,
      stdio: ["ignore", "ignore", "inherit"],
    });
    copyFileSync(compiled, output);
    chmodSync(output, 0o755);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
