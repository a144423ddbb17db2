import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { bundleProvider } from "./bundle.ts";
import { exercisePlugin } from "./exercise-plugin.ts";
import { goPlatform } from "./go-platform.ts";
import { stripElf } from "./strip-elf.ts";

// `npm run build`: one file with the pinned Node inside, for the machine it runs on, and a filesystem mirror that
// `terraform init` and `tofu init` accept.

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const { version } = packageJson;
const windows = process.platform === "win32";
const name = `terraform-provider-hikube_v${version}${windows ? ".exe" : ""}`;

const work = mkdtempSync(join(tmpdir(), "hikube-build-"));
const node = join(work, "node");
try {
  writeFileSync(node, stripElf(readFileSync(process.execPath)), { mode: 0o755 });
  const assets: Record<string, string> = {};
  for (const { name: part, text } of (await bundleProvider()).parts) {
    assets[part] = join(work, part);
    writeFileSync(join(work, part), text);
  }
  const first = makeExecutable(join(work, name), assets);
  const compiled = mkdtempSync(join(work, "compiled-"));
  await exercisePlugin(first, { HIKUBE_BUILD_COMPILED: compiled });
  if (!existsSync(join(compiled, "main.js.compiled"))) throw new Error("the executable wrote no compiled form");
  for (const file of readdirSync(compiled)) assets[file] = join(compiled, file);

  mkdirSync(dist, { recursive: true });
  const fresh = join(dist, `.${name}.${process.pid}`);
  makeExecutable(fresh, assets);
  install(fresh, join(dist, name));
  // The name of the command line: kubeconfigs name `hikube` as the credential plugin where the PATH has it.
  if (!windows) link(name, join(dist, "hikube"));
  for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
    const folder = join(dist, "mirror", host, "hikube", "hikube", version, goPlatform);
    mkdirSync(folder, { recursive: true });
    install(fresh, join(folder, name));
  }
  rmSync(fresh);
} finally {
  rmSync(work, { recursive: true, force: true });
}

console.log(relative(root, join(dist, name)));

/** Points a symbolic link at a file beside it. */
function link(to: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(to, path);
}

/** Puts a file in the place of another at one stroke: a run of Terraform that uses the former is not disturbed. */
function install(from: string, to: string): void {
  const beside = `${to}.${process.pid}`;
  try {
    linkSync(from, beside);
  } catch {
    cpSync(from, beside);
  }
  renameSync(beside, to);
}

/** Puts Node, the start script and the assets into one file. */
function makeExecutable(output: string, assets: Readonly<Record<string, string>>): string {
  const config = join(work, "sea.json");
  writeFileSync(
    config,
    JSON.stringify({
      main: join(root, "scripts", "bundle", "start.cjs"),
      mainFormat: "commonjs",
      executable: node,
      output,
      assets,
      disableExperimentalSEAWarning: true,
      // Room for what a start allocates: without it, the young generation is collected several times on the way (design §8).
      // No debugger at a signal: its port would be open to everybody on the machine, and with it what the process knows.
      execArgv: ["--no-warnings", "--disable-sigusr1", "--min-semi-space-size=8", "--max-semi-space-size=8"],
      // NODE_OPTIONS of the user's shell is meant for other programs.
      execArgvExtension: "none",
    }),
  );
  execFileSync(process.execPath, ["--build-sea", config], { stdio: ["ignore", "ignore", "inherit"] });
  chmodSync(output, 0o755);
  return output;
}
