import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lockedBun } from "../bun-runtime.ts";
import { bundleProgram } from "../bundle.ts";
import { cLibraryPackages } from "../release/c-library.ts";
import { bundledPackages } from "../release/inventory.ts";
import { bunComponents } from "./bun-components.ts";
import type { GeneratedFile } from "./codecs.ts";

const bun = lockedBun("linux_amd64").version;
const cLibrary = cLibraryPackages.linux_amd64.version;

const intro = `# Third-party licences

What a release of this provider contains beside its own code (which is under the [MPL-2.0](LICENSE)). Made by \`npm run generate\`.

| part | version | licence |
|---|---|---|
`;

const runtimes = `
## Bun

The executable is made by Bun ${bun} (https://github.com/oven-sh/bun/tree/bun-v${bun}), which is under the MIT licence, and contains it. Its
licence page, https://github.com/oven-sh/bun/blob/bun-v${bun}/LICENSE.md, says how Bun is linked again with another JavaScriptCore; the
provider is then compiled with it from its own sources (\`scripts/executable.ts\`). Linked into Bun are:

| part | licence |
|---|---|
${bunComponents.map(([name, license]) => `| ${name} | ${license} |\n`).join("")}
## The GNU C Library

The archives for Linux contain libraries of Debian's package libc6 ${cLibrary} in the folder \`lib\`, unchanged, with the copyright
notices of Debian in \`lib/copyright\`. They may be replaced by other builds. Their source is Debian's source package glibc of the same
version, https://sources.debian.org/src/glibc/${cLibrary}/.
`;

/** Files of this repository that come from elsewhere and are in a release; the text of their licence is that of a package. */
const files = [
  {
    name: "Kubernetes (schemas/kubernetes)",
    version: "1.35.2",
    license: "Apache-2.0",
    textOf: "@kubernetes/client-node",
  },
];

/** THIRD-PARTY-LICENSES.md: what a release contains, with the licences and their texts. */
export async function generateLicenses(root: string): Promise<GeneratedFile> {
  const packages = bundledPackages(root, (await bundleProgram()).sources);
  const rows = [
    ...packages.map(({ name, version, license }) => [name, version, license]),
    ...files.map(({ name, version, license }) => [name, version, license]),
    ["Bun", bun, "MIT; see below"],
    ["GNU C Library (on Linux)", cLibrary, "LGPL-2.1-or-later; see below"],
  ].map((cells) => `| ${cells.join(" | ")} |\n`);
  const holders = new Map<string, string[]>();
  for (const { name, version, folder } of packages) {
    const text = await licenseText(folder);
    const same = files.filter(({ textOf }) => textOf === name).map((file) => `${file.name} ${file.version}`);
    holders.set(text, [...(holders.get(text) ?? []), `${name} ${version}`, ...same]);
  }
  holders.set(await textFile(join(root, "scripts", "generate", "licences", "LGPL-2.1.txt")), [
    `GNU C Library ${cLibrary}`,
    `JavaScriptCore and TinyCC in Bun ${bun}`,
  ]);
  const texts = [...holders].map(([text, names]) => `\n## ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
  return { path: "THIRD-PARTY-LICENSES.md", content: intro + rows.join("") + runtimes + texts.join("") };
}

/** The text that a package comes with. Throws where it has none of its own. */
async function licenseText(folder: string): Promise<string> {
  const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no text of its licence`);
  return textFile(join(folder, file));
}

const textFile = async (path: string): Promise<string> =>
  (await readFile(path, "utf8"))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
