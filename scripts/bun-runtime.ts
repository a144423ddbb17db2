import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dropLanguages } from "./bun-languages.ts";
import type { GoPlatform } from "./go-platform.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The npm package of Bun's executable for each platform. Version and integrity are in package-lock.json. */
const packages: Readonly<Record<GoPlatform, string>> = {
  linux_amd64: "@oven/bun-linux-x64",
  linux_arm64: "@oven/bun-linux-aarch64",
  darwin_amd64: "@oven/bun-darwin-x64",
  darwin_arm64: "@oven/bun-darwin-aarch64",
  windows_amd64: "@oven/bun-windows-x64",
};

interface Locked {
  readonly version: string;
  readonly integrity: string;
}

/** What package-lock.json says of a platform's package. */
export function lockedBun(platform: GoPlatform): Locked & { readonly name: string } {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const name = packages[platform];
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json does not name ${name}`);
  return { name, ...locked };
}

/**
 * The path of Bun's executable for a platform: of the installed package, which is the one of this machine's platform, otherwise of the
 * same version, fetched once with the npm client. Throws where its integrity is not that of package-lock.json.
 */
export function bunRuntime(platform: GoPlatform): string {
  const { name, version, integrity } = lockedBun(platform);
  const file = join("bin", platform === "windows_amd64" ? "bun.exe" : "bun");
  const installed = join(root, "node_modules", name, file);
  if (existsSync(installed)) return installed;
  const folder = join(root, ".cache", "bun", `${version}-${platform}`);
  const fetched = join(folder, "package", file);
  if (existsSync(fetched)) return fetched;
  mkdirSync(join(root, ".cache", "bun"), { recursive: true });
  const work = mkdtempSync(join(root, ".cache", "bun", "fetch-"));
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const packed = execFileSync(npm, ["pack", "--json", `${name}@${version}`], { cwd: work, encoding: "utf8" });
    const [{ filename } = { filename: "" }] = JSON.parse(packed) as readonly { readonly filename: string }[];
    const archive = join(work, filename.replace("@", "").replace("/", "-"));
    const [algorithm = "", expected] = integrity.split("-", 2);
    const found = createHash(algorithm).update(readFileSync(archive)).digest("base64");
    if (found !== expected)
      throw new Error(`${name} ${version} has the integrity ${algorithm}-${found}, not ${integrity}`);
    execFileSync("tar", ["-xzf", archive], { cwd: work });
    rmSync(archive);
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return fetched;
}

/** Variables that turn a compiled program into the `bun` command, load files, or open a debugger. */
const variables = ["BUN_BE_BUN", "BUN_OPTIONS", "BUN_INSPECT", "BUN_INSPECT_CONNECT_TO", "BUN_INSPECT_PRELOAD"];

const report =
  "\n\nTo send a redacted crash report to Bun's team,\nplease file a GitHub issue using the link below:\n\n";

/** What Bun writes when it ends at once. Terraform shows what follows a line that begins with `fatal error: `. */
const lastWords: Readonly<Record<string, string>> = {
  [`${"=".repeat(60)}\n`]: "fatal error: the provider crashed or ran out of memory\n",
  [`Bun has crashed. This indicates a bug in Bun, not your code.${report}`]:
    "the provider has crashed, or no memory is left.\n\nThe place in Bun where it happened, without any data:\n\n",
  [`Bun has run out of memory.${report}`]: "no memory is left.\n\nThe place in Bun where it happened:\n\n",
};

/**
 * Bun's executable as the provider ships it. It reads none of Bun's own environment variables: their names are replaced by names that no
 * environment has. `BUN_JSC_*` remains. Where it crashes it says so for the provider. It speaks English only. Throws where Bun has another
 * form than expected.
 */
export function adaptBun(bun: Buffer): Buffer {
  const text = bun.toString("latin1");
  const adapted = Buffer.from(bun);
  const renamed = new Set<string>();
  for (const { 0: name, index } of text.matchAll(/(?<!\w)BUN_[A-Z_]+(?=\0)/g)) {
    adapted[index] = 1;
    renamed.add(name);
  }
  const missing = variables.filter((name) => !renamed.has(name));
  for (const [theirs, ours] of Object.entries(lastWords)) {
    let at = text.indexOf(theirs);
    if (at < 0) missing.push(theirs);
    const padded = ours.replace("\n", `${" ".repeat(theirs.length - ours.length)}\n`);
    for (; at >= 0; at = text.indexOf(theirs, at + 1)) adapted.write(padded, at, "latin1");
  }
  if (missing.length > 0) throw new Error(`Bun does not contain ${missing.join(", ")} in the expected form`);
  return dropLanguages(adapted);
}
