import { goMirror } from "../../../scripts/go-provider.ts";

/** Files of a workspace that uses `gavinbunney/kubectl` beside this provider, after `kubectlProvider.ensure`. It needs an `init`. */
export const kubectlFiles: Readonly<Record<string, string>> = {
  "versions.tf": `terraform {
  required_providers {
    hikube  = { source = "hikube/hikube" }
    kubectl = { source = "gavinbunney/kubectl" }
  }
}
`,
  "cli.tfrc": `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(goMirror)}\n  }\n}\n`,
};
