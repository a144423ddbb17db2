import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "./go-tool.ts";
import { kubectlProvider } from "./kubectl-provider.ts";
import { firstWithActions, hasActions, testCli } from "./test-cli.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders below `test/` that hold tests, by what one test costs. */
export const tiers: readonly string[] = ["unit", "integration", "contract", "acceptance", "faults"];

interface Requirement {
  /** Its name and where to get it; undefined where it is installed. */
  readonly missing: () => string | undefined;
}

const program = (name: string, source: string): Requirement => ({
  missing: () => (findProgram(name) === undefined ? `${name} (${source})` : undefined),
});

const terraform: Requirement = {
  missing: () =>
    testCli() !== undefined
      ? undefined
      : "Terraform or OpenTofu (https://developer.hashicorp.com/terraform/install; `npm run opentofu` builds the latter)",
};
/** For what only Terraform 1.14 and newer has. */
const latestTerraform: Requirement = {
  missing: () => {
    const cli = testCli();
    if (cli !== undefined && hasActions(cli)) return undefined;
    return `Terraform ${firstWithActions} or newer (set HIKUBE_TEST_CLI to what \`npm run terraform-latest\` prints)`;
  },
};
const kubectl = program("kubectl", "https://kubernetes.io/docs/tasks/tools");
const openssl = program("openssl", "https://openssl-library.org");
/** Go builds the provider `gavinbunney/kubectl`, once. */
export const foreignProvider: Requirement = {
  missing: () =>
    kubectlProvider.isBuilt() || findProgram("go")
      ? undefined
      : "Go 1.26 or newer (https://go.dev/dl), which builds gavinbunney/kubectl",
};
/** The built executable: `npm test` builds it. */
export const executable: Requirement = { missing: () => undefined };

/** Tests of what only the newest Terraform has. A run that chooses other tests too leaves them out where the CLI is older. */
export const latestTests = "test/acceptance/latest/";

/** What tests need beside Node, by the beginning of their path. What is not listed needs nothing. */
const requirements: readonly (readonly [path: string, needs: readonly Requirement[]])[] = [
  ["test/integration/base/certificate", [openssl]],
  ["test/integration/plugin/", [openssl]],
  ["test/contract/process/", [openssl]],
  ["test/contract/process/crash", [executable]],
  ["test/contract/process/secrets", [executable, terraform]],
  ["test/contract/sandbox/kubectl", [kubectl]],
  ["test/contract/sandbox/exec-kubeconfig", [kubectl]],
  ["test/contract/sandbox/foreign-provider", [terraform, foreignProvider]],
  ["test/acceptance/", [terraform, executable]],
  [latestTests, [latestTerraform]],
  ["test/acceptance/commands", [kubectl]],
  ["test/acceptance/moved", [foreignProvider]],
  ["test/acceptance/inside", [foreignProvider]],
  ["test/acceptance/stacks", [foreignProvider]],
  ["test/acceptance/examples", [foreignProvider]],
  ["test/faults/terraform", [terraform, executable]],
];

const testFiles = (): string[] =>
  tiers.flatMap((tier) =>
    readdirSync(join(root, "test", tier), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => join("test", tier, file)),
  );

/** What vitest is given for a word of `npm test -- <word>`: a tier is its folder, any other word a part of a path. */
export const filterOf = (word: string): string => (tiers.includes(word) ? `test/${word}/` : word);

export interface Selection {
  readonly needs: ReadonlySet<Requirement>;
  /** Folders whose tests the CLI cannot run. */
  readonly leftOut: readonly string[];
}

/** The tests whose path contains one of the filters, all tests without a filter, and what they need. */
export function selectTests(filters: readonly string[]): Selection {
  const all = testFiles();
  const stale = requirements.find(([path]) => !all.some((file) => file.startsWith(path)));
  if (stale !== undefined) throw new Error(`scripts/test-tiers.ts: no test begins with ${stale[0]}`);
  const matching = all.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  const others = matching.filter((file) => !file.startsWith(latestTests));
  const isLeftOut = others.length > 0 && others.length < matching.length && latestTerraform.missing() !== undefined;
  const chosen = isLeftOut ? others : matching;
  const needed = requirements.filter(([path]) => chosen.some((file) => file.startsWith(path)));
  return { needs: new Set(needed.flatMap(([, needs]) => needs)), leftOut: isLeftOut ? [latestTests] : [] };
}
