import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findProgram } from "./go-tool.ts";
import { kubectlProvider } from "./kubectl-provider.ts";
import { firstWithActions, hasActions, testCli } from "./test-cli.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folders below `test/` that hold tests, by what one test costs. */
export const tiers: readonly string[] = ["unit", "integration", "contract", "acceptance", "faults", "release"];

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

/** Packages of Debian 12: the C library of a release, and what only tests of a release use. */
export const debian: Requirement = {
  missing: () =>
    ["apt-get", "dpkg-deb", "unshare"].every((name) => findProgram(name) !== undefined)
      ? undefined
      : "apt-get, dpkg-deb and unshare (run these tests on Debian 12)",
};
const gpg = program("gpg", "https://gnupg.org");
const staticTerraform = program("terraform", "https://developer.hashicorp.com/terraform/install");
const openTofu: Requirement = {
  missing: () => (findProgram("tofu") === undefined ? "tofu (`npm run opentofu` builds it)" : undefined),
};

/** Tests of what only the newest Terraform has. A run that chooses other tests too leaves them out where the CLI is older. */
const latestTests = "test/acceptance/latest/";
/** Tests of the files of a release, which take minutes to make. A run that chooses other tests too leaves them out. */
const releaseTests = "test/release/";

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
  [releaseTests, [debian]],
  ["test/release/install", [staticTerraform, openTofu]],
  ["test/release/linux", [staticTerraform]],
  ["test/release/signature", [gpg]],
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
  /** Folders of chosen tests that are left out, with the reason and the remedy. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/** The tests whose path contains one of the filters, all tests without a filter, and what they need. */
export function selectTests(filters: readonly string[]): Selection {
  const all = testFiles();
  const stale = requirements.find(([path]) => !all.some((file) => file.startsWith(path)));
  if (stale !== undefined) throw new Error(`scripts/test-tiers.ts: no test begins with ${stale[0]}`);
  let chosen = all.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  const leftOut = new Map<string, string>();
  const leaveOut = (folder: string, reason: string) => {
    const others = chosen.filter((file) => !file.startsWith(folder));
    if (others.length === 0 || others.length === chosen.length) return;
    chosen = others;
    leftOut.set(folder, reason);
  };
  leaveOut(releaseTests, "`npm test -- release` runs it, on Debian 12");
  if (latestTerraform.missing() !== undefined)
    leaveOut(
      latestTests,
      `which needs Terraform ${firstWithActions} or newer; HIKUBE_TEST_CLI=<path> with what \`npm run terraform-latest\` prints runs it`,
    );
  const needed = requirements.filter(([path]) => chosen.some((file) => file.startsWith(path)));
  return { needs: new Set(needed.flatMap(([, needs]) => needs)), leftOut };
}
