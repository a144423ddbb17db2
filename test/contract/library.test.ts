import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";

// The programs of docs/guides/library.md, in a project of their own that depends on this checkout.

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
let project: string;
let sandbox: Sandbox;
let programs: readonly string[];

beforeAll(async () => {
  const page = await readFile(join(root, "docs/guides/library.md"), "utf8");
  programs = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = ""]) => program);
  project = await mkdtemp(join(tmpdir(), "library-"));
  await mkdir(join(project, "node_modules"));
  await symlink(root, join(project, "node_modules/terraform-provider-hikube"));
  for (const name of ["@kubernetes", "@types"]) {
    await symlink(join(root, "node_modules", name), join(project, "node_modules", name));
  }
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  for (const [index, program] of programs.entries()) await writeFile(join(project, `program-${index}.ts`), program);
  sandbox = await startSandbox({ profile: "1.1.2", speed: 25 });
  await writeFile(join(project, "kubeconfig"), sandbox.kubeconfig);
});

afterAll(async () => {
  await sandbox?.stop();
  await rm(project, { recursive: true });
});

describe("the programs of the library's guide", () => {
  test.each([
    ["allowImportingTsExtensions", { allowImportingTsExtensions: true, noEmit: true }],
    ["rewriteRelativeImportExtensions", { rewriteRelativeImportExtensions: true, noEmit: true }],
  ])("compile with %s", async (_name, setting) => {
    const always = { module: "nodenext", target: "es2024", strict: true, types: ["node"], skipLibCheck: true };
    const compilerOptions = { ...always, ...setting };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [compiler, "-p", project]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });

  test("run in their order and do what they say", async () => {
    const environment = { ...process.env, KUBECONFIG: join(project, "kubeconfig") };
    const printed: string[] = [];
    for (const index of programs.keys()) {
      const { stdout } = await run(process.execPath, [join(project, `program-${index}.ts`)], { env: environment });
      printed.push(stdout);
    }
    const [first, create, change, remove] = printed;
    expect(first).toMatch(/^Kubernetes v1\.35, .*; clusters: none$/m);
    expect(create).toMatch(/^2 nodes, cert-manager is ready\nkubernetes-prod-web-\S+\nkubernetes-prod-web-\S+\n$/);
    expect(change).toBe("2 to 4 nodes\n");
    expect(remove).toMatch(/^NotFound: /);
    expect(sandbox.stored("Kubernetes", "prod")).toBeUndefined();
  });
});
