import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { installFile } from "../../../scripts/install-file.ts";
import { debianPackage } from "../../../scripts/release/debian-package.ts";

/** How a root folder is mounted: as it is, or without what a program could write or run outside of its working directory. */
export type Mounts = "writable" | "restricted";

export interface RootFolderOptions {
  readonly mounts: Mounts;
  /** Files beside busybox, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs and archives to copy, by path. */
  readonly copies: Readonly<Record<string, string>>;
  /** A Debian package that is unpacked into it. */
  readonly package?: string;
}

export interface RootFolderResult {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A folder that programs have as their root, with busybox as their only system. Their working directory is `/work`; `/provider` is for an archive. */
export interface RootFolder {
  readonly directory: string;
  /** Starts a program with exactly these variables. The process is the program's own. */
  start(command: readonly string[], env: Readonly<Record<string, string>>): ChildProcess;
  run(command: readonly string[], env: Readonly<Record<string, string>>): Promise<RootFolderResult>;
  remove(): void;
}

const folders = ["bin", "dev", "etc", "proc", "provider", "tmp", "work"];
const applets = ["sh", "env", "readlink", "unzip"];

const script = (mounts: Mounts): string => `set -e
root=$1
shift
${
  mounts === "restricted"
    ? `mount --bind "$root" "$root"
mount --bind "$root/work" "$root/work"
if [ -d "$root/work/.terraform" ]; then
  mount --bind "$root/work/.terraform" "$root/work/.terraform"
  mount -o remount,bind,ro "$root/work/.terraform"
fi
mount -t tmpfs -o noexec tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"`
    : ""
}
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec unshare --root="$root" --wd=/work /bin/env -i "$@"
`;

/** Makes a root folder. Its mounts are in a namespace of each program, which needs root or user namespaces. */
export function rootFolder({ mounts, files, copies, package: unpacked }: RootFolderOptions): RootFolder {
  const directory = mkdtempSync(join(tmpdir(), "hikube-root-"));
  if (unpacked !== undefined) cpSync(unpacked, directory, { recursive: true, verbatimSymlinks: true });
  for (const folder of folders) mkdirSync(join(directory, folder), { recursive: true });
  const busybox = debianPackage({ name: "busybox-static", architecture: "amd64" });
  copyFileSync(join(busybox, "bin", "busybox"), join(directory, "bin", "busybox"));
  for (const applet of applets) symlinkSync("busybox", join(directory, "bin", applet));
  const place = (path: string) => {
    const target = join(directory, path);
    mkdirSync(dirname(target), { recursive: true });
    return target;
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(place(path), text);
  for (const [path, from] of Object.entries(copies)) installFile(from, place(path));

  const start: RootFolder["start"] = (command, env) => {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const args = ["-c", script(mounts), "sh", directory, ...variables, ...command];
    return spawn("unshare", ["--map-root-user", "--mount", "sh", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  };
  return {
    directory,
    start,
    run: (command, env) =>
      new Promise((resolve, reject) => {
        const child = start(command, env);
        let output = `${basename(command[0] ?? "")} ${command.slice(1).join(" ")}\n`;
        for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
        child.on("error", reject);
        child.on("close", (exitCode) => resolve({ exitCode, output }));
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
