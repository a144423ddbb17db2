import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import { registryHosts } from "../src/base/registry-hosts.ts";
import { bundleProgram } from "./bundle.ts";
import { executable, mirror } from "./ensure-built.ts";
import { makeExecutable } from "./executable.ts";
import { goPlatform } from "./go-platform.ts";
import { installFile } from "./install-file.ts";

// `npm run build`: one file with the pinned Bun inside, for the machine it runs on, and a filesystem mirror that `terraform init` and
// `tofu init` accept.

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = dirname(executable);
const name = basename(executable);

mkdirSync(dist, { recursive: true });
makeExecutable((await bundleProgram()).text, goPlatform, executable);
// The name of the command line: kubeconfigs name `hikube` as the credential plugin where the PATH has it.
if (process.platform !== "win32") link(name, join(dist, "hikube"));
for (const host of registryHosts) {
  const folder = join(mirror, host, "hikube", "hikube", packageJson.version, goPlatform);
  mkdirSync(folder, { recursive: true });
  installFile(executable, join(folder, name));
}

console.log(relative(root, executable));

/** Points a symbolic link at a file beside it. */
function link(to: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(to, path);
}
