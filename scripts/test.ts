import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./ensure-built.ts";
import { findProgram } from "./go-tool.ts";
import { ensureKubectlProvider } from "./kubectl-provider.ts";

// `npm test`: every test. `npm test -- acceptance` only those whose path contains the word.

const root = fileURLToPath(new URL("..", import.meta.url));
const filters = process.argv.slice(2);
const bin = (name: string) => join(root, "node_modules", ".bin", name);

const missing: string[] = [];
if (process.env["HIKUBE_TEST_CLI"] === undefined && !findProgram("terraform") && !findProgram("tofu")) {
  missing.push(
    "Terraform or OpenTofu (https://developer.hashicorp.com/terraform/install; `npm run opentofu` builds the latter)",
  );
}
if (!findProgram("kubectl")) missing.push("kubectl (https://kubernetes.io/docs/tasks/tools)");
if (missing.length > 0) {
  console.error(
    `The tests drive real programs, and these are not on the PATH:\n${missing.map((what) => `  - ${what}`).join("\n")}`,
  );
  process.exit(1);
}

const run = (command: string, args: readonly string[]) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

// The static types are tests too: test/types proves what must and what must not compile.
run(bin("tsc"), ["--noEmit"]);
ensureBuilt();
// Takes minutes the first time, more than a test should; without Go the test itself says what is missing.
const foreign = "test/contract/foreign-provider.test.ts";
// What begins with a dash is an option of vitest.
const words = filters.filter((filter) => !filter.startsWith("-"));
const wanted = words.length === 0 || words.some((filter) => foreign.includes(filter));
if (wanted && findProgram("go") !== undefined) ensureKubectlProvider();
run(bin("vitest"), ["run", ...filters]);
