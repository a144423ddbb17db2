import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { header, startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const guides = fileURLToPath(new URL("../../docs/guides", import.meta.url));

/** Blocks with other providers, with what only a root module may have, and with what needs a newer Terraform: other tests have them. */
const elsewhere =
  /^(?:provider "(?!hikube)|(?:resource|data) "(?!hikube_)|moved \{|removed \{|import \{|list "|action "|mock_provider ")|action_trigger|provider_installation/m;

interface Snippet {
  /** File and line. */
  readonly source: string;
  readonly text: string;
}

/** The blocks of HCL in the guides. */
function snippets(): Snippet[] {
  return readdirSync(guides)
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const page = readFileSync(join(guides, file), "utf8");
      return [...page.matchAll(/^```hcl\n(.*?)^```/gms)].map(({ 1: text = "", index }) => ({
        source: `${file}:${page.slice(0, index).split("\n").length}`,
        text,
      }));
    });
}

/** A block with the cluster, the node group and the variables that it refers to and that stand elsewhere on its page. */
function complete(text: string): string {
  const named = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));
  const isMissing = (start: string) => !text.includes(start);
  const clusters = [...named(/(?<!data\.)\bhikube_cluster\.(\w+)/g)]
    .map((name) => [`resource "hikube_cluster" "${name}" {`, `  name = "${name}"\n}`] as const)
    .filter(([start]) => isMissing(start));
  const variables = [...named(/\bvar\.(\w+)/g)]
    .map((name) => [`variable "${name}" {`, "  type = string\n}"] as const)
    .filter(([start]) => isMissing(start));
  return [text, ...[...clusters, ...variables].map((lines) => lines.join("\n"))].join("\n");
}

describe("the blocks of HCL in the guides", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 40, namespace: "tenant-acme" });
  });

  afterAll(() => bed?.close());

  test("are valid", async () => {
    const valid = snippets().filter(({ text }) => !elsewhere.test(text));
    expect(valid.length).toBeGreaterThan(3);
    const modules = valid.map(({ source, text }) => ({ name: source.replaceAll(/\W/g, "_"), source, text }));
    const files = modules.flatMap(({ name, text }) => [
      [`${name}/main.tf`, complete(text)],
      [`${name}/versions.tf`, text.includes("required_providers") ? "" : header],
    ]);
    const variablesOf = (text: string) =>
      [...complete(text).matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `  ${name} = ""\n`).join("");
    const main = modules.map(({ name, text }) => `module "${name}" {\n  source = "./${name}"\n${variablesOf(text)}}\n`);
    const workspace = await bed.workspace(main.join(""), { "provider.tf": "", ...Object.fromEntries(files) });
    expectSuccess(await workspace.run("get"));
    const { stdout } = await workspace.run("validate", "-json");
    const { diagnostics } = JSON.parse(stdout) as Validation;
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ range, summary, detail }) => `${range?.filename}: ${summary}: ${detail}`)).toEqual([]);
  });
});

/** Blocks that log in to an API that is none of the test's. */
const loggedInElsewhere = /^provider "hikube" /m;

/** Blocks that read a cluster that must be there. */
const readsCluster = /^ *(?:data "hikube_(?:cluster|nodegroup|nodes|kubeconfig|addons)")|"tenant-acme\/prod"/m;

describe.each([
  ["an empty tenant", false],
  ["a tenant with the cluster prod", true],
] as const)("in %s, the blocks of HCL in the guides", (_tenant, hasCluster) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 200, namespace: "tenant-acme" });
    if (!hasCluster) return;
    const workspace = await bed.workspace(`
      resource "hikube_cluster" "prod" {
        name    = "prod"
        version = "1.34"
      }
      resource "hikube_nodegroup" "web" {
        cluster_id   = hikube_cluster.prod.id
        name         = "web"
        min_replicas = 1
      }`);
    expectSuccess(await workspace.apply());
  }, 120_000);

  afterAll(() => bed?.close());

  test("can be planned", { timeout: 600_000 }, async () => {
    const planned = snippets()
      .filter(({ text }) => !elsewhere.test(text) && !loggedInElsewhere.test(text))
      .filter(({ text }) => readsCluster.test(text) === hasCluster);
    expect(planned.length).toBeGreaterThan(1);
    const refused: string[] = [];
    for (const { source, text } of planned) {
      const own = text.includes("required_providers") ? { "versions.tf": "" } : {};
      const variables = [...complete(text).matchAll(/^variable "(\w+)"/gm)].map(([, name]) => `-var=${name}=`);
      const workspace = await bed.workspace(complete(text), own);
      const { exitCode, diagnostics, stderr } = await workspace.plan(...variables);
      if (exitCode === 1)
        refused.push([source, ...diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`), stderr].join(" "));
    }
    expect(refused).toEqual([]);
  });
});

interface Validation {
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly summary: string;
    readonly detail: string;
    readonly range?: { readonly filename: string };
  }[];
}
