import { cpSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { bundleProgram } from "./bundle.ts";
import { makeExecutable } from "./executable.ts";
import { goPlatform } from "./go-platform.ts";

// `npm run build`: one file with the pinned Bun inside, for the machine it runs on, and a filesystem mirror that `terraform init` and
// `tofu init` accept.

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const { version } = packageJson;
const windows = process.platform === "win32";
const name = `terraform-provider-hikube_v${version}${windows ? ".exe" : ""}`;

mkdirSync(dist, { recursive: true });
const fresh = join(dist, `.${name}.${process.pid}`);
try {
  makeExecutable((await bundleProgram()).text, goPlatform, fresh);
  install(fresh, join(dist, name));
  // The name of the command line: kubeconfigs name `hikube` as the credential plugin where the PATH has it.
  if (!windows) link(name, join(dist, "hikube"));
  for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
    const folder = join(dist, "mirror", host, "hikube", "hikube", version, goPlatform);
    mkdirSync(folder, { recursive: true });
    install(fresh, join(folder, name));
  }
} finally {
  rmSync(fresh, { force: true });
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
