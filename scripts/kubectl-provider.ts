import { cpSync, linkSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { goPlatform } from "./go-platform.ts";
import { buildGoTool, isExecutable, toolDirectory } from "./go-tool.ts";

/** The provider that people use today, pinned in tools/kubectl-provider: the benchmark and one test drive it against the sandbox. */
export const kubectlProviderVersion = "1.19.0";

const name = `terraform-provider-kubectl_v${kubectlProviderVersion}`;

/** The filesystem mirror with that provider in it. */
export const kubectlMirror = join(toolDirectory, "..", "mirror");

/** The provider itself, once `ensureKubectlProvider` has run. */
export const kubectlExecutable = join(toolDirectory, name);

const folders = ["registry.terraform.io", "registry.opentofu.org"].map((host) =>
  join(kubectlMirror, host, "gavinbunney", "kubectl", kubectlProviderVersion, goPlatform),
);

/** Whether the mirror stands. */
export const hasKubectlProvider = (): boolean => folders.every((folder) => isExecutable(join(folder, name)));

/** Builds the provider and lays the mirror out, once. Ends the process with a text where Go is missing. */
export function ensureKubectlProvider(): void {
  if (hasKubectlProvider()) return;
  const built = buildGoTool("kubectl-provider", "github.com/gavinbunney/terraform-provider-kubectl", name);
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, name), { force: true });
    try {
      linkSync(built, join(folder, name));
    } catch {
      cpSync(built, join(folder, name));
    }
  }
}

if (import.meta.main) {
  ensureKubectlProvider();
  console.log(kubectlMirror);
}
