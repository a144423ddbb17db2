import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DebianPackage, debianPackage } from "./debian-package.ts";

export type LinuxPlatform = "linux_amd64" | "linux_arm64";

/** glibc as Debian 12 has built it. Its last point release keeps this version; a newer one is on Debian's security pages. */
export const cLibraryPackages: Readonly<Record<LinuxPlatform, Required<DebianPackage>>> = {
  linux_amd64: {
    name: "libc6",
    architecture: "amd64",
    version: "2.36-9+deb12u14",
    sha256: "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf",
  },
  linux_arm64: {
    name: "libc6",
    architecture: "arm64",
    version: "2.36-9+deb12u14",
    sha256: "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4",
  },
};

interface Loader {
  /** The folder of its package's libraries. */
  readonly folder: string;
  readonly name: string;
  /** Where an executable expects the system's. */
  readonly path: string;
}

export const loaders: Readonly<Record<LinuxPlatform, Loader>> = {
  linux_amd64: {
    folder: "lib/x86_64-linux-gnu",
    name: "ld-linux-x86-64.so.2",
    path: "/lib64/ld-linux-x86-64.so.2",
  },
  linux_arm64: {
    folder: "lib/aarch64-linux-gnu",
    name: "ld-linux-aarch64.so.1",
    path: "/lib/ld-linux-aarch64.so.1",
  },
};

/** What the executable is linked with. glibc resolves names from files and DNS without a library of its own. */
const libraries = ["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"];

/** Copies the loader, the libraries and their copyright into a folder. */
export function copyCLibrary(platform: LinuxPlatform, to: string): void {
  const files = debianPackage(cLibraryPackages[platform]);
  const { folder, name } = loaders[platform];
  mkdirSync(to, { recursive: true });
  for (const file of [name, ...libraries]) copyFileSync(join(files, folder, file), join(to, file));
  copyFileSync(join(files, "usr", "share", "doc", "libc6", "copyright"), join(to, "copyright"));
}
