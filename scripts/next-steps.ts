import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { shellWord } from "../src/base/shell-word.ts";
import { executable } from "./ensure-built.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What the quick start says at its end. Its commands work in the root of the project with whatever Node is on the PATH.
 * @param kept the program that was used and the directory that it was used in, where everything is left standing.
 */
export function nextSteps(kept?: { readonly cli: string; readonly directory: string }): string {
  const around = kept && [
    `  cd ${shellWord(kept.directory)}`,
    "  export KUBECONFIG=$PWD/kubeconfig TF_CLI_CONFIG_FILE=$PWD/cli.tfrc",
    `  ${shellWord(kept.cli)} plan -var kubernetes_version=1.34`,
    "  kubectl get kubernetes",
  ];
  const again = [
    "  npm run quickstart -- --keep",
    "      the same, and the sandbox stays so that you can look around",
    `  ${shellWord(relative(root, executable))} sandbox`,
    "      an embedded Hikube of your own",
  ];
  return [
    "",
    ...(around === undefined ? ["What to try next:", ...again] : ["Look around in another terminal:", ...around]),
    "",
    "More: examples/stacks/ holds whole stacks (web, ml, critical, gitops); docs/guides/getting-started.md, the same against the real platform.",
  ].join("\n");
}
