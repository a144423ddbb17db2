import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "../go-tool.ts";

const cache = fileURLToPath(new URL("../../.cache/debian", import.meta.url));

export interface DebianPackage {
  readonly name: string;
  readonly architecture: "amd64" | "arm64";
  /** Undefined for the newest. */
  readonly version?: string;
  /** SHA-256 of the `.deb`, in hexadecimal digits. Undefined where any build serves. */
  readonly sha256?: string;
}

/**
 * Returns a folder with the files of a package. apt downloads it once, with the machine's sources and keys, but with lists of its own:
 * the machine's packages and architectures stay as they are, and any user may do it.
 */
export function debianPackage(wanted: DebianPackage): string {
  const { name, architecture, version } = wanted;
  const folder = join(cache, [name, version ?? "newest", architecture].join("_"));
  if (existsSync(folder)) return folder;
  for (const program of ["apt-get", "dpkg-deb"]) {
    if (findProgram(program) === undefined)
      throw new Error(
        `${name}: ${program} is not on the PATH. Packages of Debian 12 are needed; run this on Debian 12.`,
      );
  }
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "download-"));
  try {
    const archive = download(wanted, work);
    const files = join(work, "files");
    execFileSync("dpkg-deb", ["-x", archive, files]);
    renameSync(files, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

function download({ name, architecture, version, sha256 }: DebianPackage, work: string): string {
  const wanted = `${name}:${architecture}${version === undefined ? "" : `=${version}`}`;
  const first = apt(["download", wanted], work);
  if (first.status !== 0) {
    const update = apt(["update"], work);
    const second = apt(["download", wanted], work);
    if (second.status !== 0)
      throw new Error(`apt-get cannot download ${wanted} of Debian 12:\n${update.stderr}${second.stderr}`);
  }
  const file = readdirSync(work).find((entry) => entry.endsWith(".deb"));
  if (file === undefined) throw new Error(`apt-get downloaded no ${wanted}`);
  const found = createHash("sha256")
    .update(readFileSync(join(work, file)))
    .digest("hex");
  if (sha256 !== undefined && found !== sha256) throw new Error(`${file} has the SHA-256 ${found}, not ${sha256}`);
  return join(work, file);
}

/** Runs apt-get for both architectures of a release. */
function apt(args: readonly string[], cwd: string): { readonly status: number | null; readonly stderr: string } {
  const state = join(cache, "apt");
  for (const folder of ["lists/partial", "archives/partial"]) mkdirSync(join(state, folder), { recursive: true });
  const configuration = join(state, "apt.conf");
  writeFileSync(
    configuration,
    `Dir::State "${state}";
Dir::State::status "/dev/null";
Dir::Cache "${state}";
APT::Sandbox::User "root";
APT::Architectures { "amd64"; "arm64"; };
Acquire::Languages "none";
`,
  );
  const { status, stderr, error } = spawnSync("apt-get", ["-qq", ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, APT_CONFIG: configuration, LC_ALL: "C" },
  });
  return { status, stderr: error === undefined ? stderr : error.message };
}
