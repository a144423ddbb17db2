import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "./go-tool.ts";
import { hasKubectlProvider } from "./kubectl-provider.ts";

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
    process.env["HIKUBE_TEST_CLI"] !== undefined || findProgram("terraform") || findProgram("tofu")
      ? undefined
      : "Terraform or OpenTofu (https://developer.hashicorp.com/terraform/install; `npm run opentofu` builds the latter)",
};
const kubectl = program("kubectl", "https://kubernetes.io/docs/tasks/tools");
const openssl = program("openssl", "https://openssl-library.org");
/** Go builds the provider `gavinbunney/kubectl`, once. */
export const kubectlProvider: Requirement = {
  missing: () =>
    hasKubectlProvider() || findProgram("go")
      ? undefined
      : "Go 1.26 or newer (https://go.dev/dl), which builds gavinbunney/kubectl",
};
/** The built executable: `npm test` builds it. */
export const executable: Requirement = { missing: () => undefined };

/** What tests need beside Node, by the beginning of their path. What is not listed needs nothing. */
const requirements: readonly (readonly [path: string, needs: readonly Requirement[]])[] = [
  ["test/integration/base/certificate", [openssl]],
  ["test/integration/plugin/", [openssl]],
  ["test/contract/process/", [openssl]],
  ["test/contract/process/crash", [executable]],
  ["test/contract/process/secrets", [executable, terraform]],
  ["test/contract/sandbox/kubectl", [kubectl]],
  ["test/contract/sandbox/exec-kubeconfig", [kubectl]],
  ["test/contract/sandbox/foreign-provider", [terraform, kubectlProvider]],
  ["test/acceptance/", [terraform, executable]],
  ["test/acceptance/commands", [kubectl]],
  ["test/acceptance/moved", [kubectlProvider]],
  ["test/acceptance/inside", [kubectlProvider]],
  ["test/acceptance/stacks", [kubectlProvider]],
  ["test/acceptance/examples", [kubectlProvider]],
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

/** What the tests need whose path contains one of the filters; all tests without a filter. */
export function requirementsOf(filters: readonly string[]): Set<Requirement> {
  const all = testFiles();
  const stale = requirements.find(([path]) => !all.some((file) => file.startsWith(path)));
  if (stale !== undefined) throw new Error(`scripts/test-tiers.ts: no test begins with ${stale[0]}`);
  const chosen = all.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  const needed = requirements.filter(([path]) => chosen.some((file) => file.startsWith(path)));
  return new Set(needed.flatMap(([, needs]) => needs));
}
