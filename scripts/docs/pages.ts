import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildGoTool } from "../go-tool.ts";
import { filesBelow } from "./files.ts";
import { withLimits } from "./limits.ts";
import { withPieces } from "./pieces.ts";
import { withGuides } from "./related-guides.ts";

const toolVersion = "0.25.0";

const provider = ["--provider-name", "terraform-provider-hikube"];

/** Everything below them is generated; `docs/guides` also has pages that are written by hand. */
export const generatedFolders = [
  "docs/resources",
  "docs/data-sources",
  "docs/ephemeral-resources",
  "docs/functions",
  "docs/list-resources",
  "docs/actions",
];

/** Renders the pages. Returns their texts by path from the project's root. */
export async function renderPages(root: string): Promise<ReadonlyMap<string, string>> {
  return withSchema(root, async (schema) => {
    const project = join(dirname(schema), "project");
    await cp(join(root, "examples"), join(project, "examples"), {
      recursive: true,
      filter: (path) => !path.includes(".terraform"),
    });
    for (const file of await filesBelow(root, "templates")) {
      const target = join(project, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, withPieces(await readFile(join(root, file), "utf8"), file));
    }
    const names = [...provider, "--rendered-provider-name", "Hikube"];
    const { ok, said } = runTool(["generate", "--provider-dir", project, ...names, "--providers-schema", schema]);
    if (!ok) throw new Error(`The pages could not be rendered:\n${said}`);
    const files = await filesBelow(project, "docs");
    const pages = await Promise.all(files.map(async (file) => [file, await tidy(join(project, file))] as const));
    return withLimits(withGuides(root, new Map(pages)));
  });
}

/** Checks the layout, the front matter and the names of the committed pages as the registry does. Prints what is wrong. */
export async function validatePages(root: string): Promise<boolean> {
  return withSchema(root, async (schema) => {
    const { ok, said } = runTool(["validate", "--provider-dir", root, ...provider, "--providers-schema", schema]);
    if (!ok) console.error(said);
    return ok;
  });
}

/** Runs with the provider's schema in a file, as `terraform providers schema -json` prints it, of all kinds that exist. */
async function withSchema<T>(root: string, use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "hikube-docs-"));
  try {
    const [schema = {}, latest = {}] = await Promise.all(
      ["provider.json", "provider-latest.json"].map(
        async (name) => JSON.parse(await readFile(join(root, "schemas", name), "utf8")) as object,
      ),
    );
    const file = join(directory, "schema.json");
    await writeFile(
      file,
      JSON.stringify({ format_version: "1.0", provider_schemas: { hikube: { ...schema, ...latest } } }),
    );
    return await use(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function runTool(args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const tool = buildGoTool(
    "plugin-docs",
    "github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs",
    `tfplugindocs_v${toolVersion}`,
  );
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
  const said = `${stdout}${stderr}`
    .split("\n")
    .filter((line) => !/ \[DEBUG\] |^(?:rendering|running|exporting) /.test(line));
  return { ok: status === 0, said: said.join("\n").trim() };
}

/** The text of a page with one newline at its end. */
const tidy = async (file: string): Promise<string> => `${(await readFile(file, "utf8")).trimEnd()}\n`;
