import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt, ensureTestProvider, isExecutableTested } from "./ensure-built.ts";
import { kubectlProvider } from "./kubectl-provider.ts";
import { ensurePackaged } from "./release/ensure-packaged.ts";
import { debian, executable, filterOf, foreignProvider, selectTests } from "./test-tiers.ts";

// `npm test`: every test. `npm test -- unit` only one tier, `npm test -- <word>` the tests whose path contains the word.
// With HIKUBE_TEST_PROVIDER=executable, the provider of the acceptance and contract tests and of the faults through Terraform is compiled.

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name: string) => join(root, "node_modules", ".bin", name);

// Arguments that begin with a dash are options of vitest.
const isOption = (argument: string) => argument.startsWith("-");
const options = process.argv.slice(2).filter(isOption);
const filters = process.argv
  .slice(2)
  .filter((argument) => !isOption(argument))
  .map(filterOf);

const { needs: needed, leftOut } = selectTests(filters);
const missing = [...needed].flatMap((requirement) => requirement.missing() ?? []);
if (missing.length > 0) {
  console.error(
    `These tests run other programs, and some are not on the PATH:\n${missing.map((what) => `  - ${what}`).join("\n")}`,
  );
  process.exit(1);
}

const run = (command: string, args: readonly string[]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

// The static types are tests too: test/unit/schema/attribute-types.test.ts lists what must not compile.
run(bin("tsc"), ["--noEmit"]);
if (needed.has(executable) || isExecutableTested) ensureBuilt();
if (isExecutableTested) await ensureTestProvider();
// Take minutes the first time, more than a test should.
if (needed.has(foreignProvider)) kubectlProvider.ensure();
if (needed.has(debian)) ensurePackaged();
for (const [folder, reason] of leftOut) console.log(`Left out: ${folder}, ${reason}.`);
run(bin("vitest"), ["run", ...filters, ...options, ...[...leftOut.keys()].map((folder) => `--exclude=${folder}**`)]);
