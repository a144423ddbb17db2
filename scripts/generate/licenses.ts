import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { GeneratedFile } from "./codecs.ts";

interface Package {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
}

const intro = `# Third-party licences

What a release of this provider contains beside its own code (which is under the [MPL-2.0](LICENSE)): the packages that are needed at
run time, from \`package-lock.json\`. The \`node-…\` packages are Node.js for one platform each; its licence, with those of all that is
in it, is https://github.com/nodejs/node/blob/v26.x/LICENSE. Made by \`npm run generate\`.

| package | version | licence |
|---|---|---|
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

/** THIRD-PARTY-LICENSES.md: every package of a release with its licence, and the texts of those that are the same on every platform. */
export async function generateLicenses(root: string): Promise<GeneratedFile> {
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Package>>;
  };
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  const rows = shipped.map(([path, { version, license }]) => `| ${nameOf(path)} | ${version} | ${license} |\n`);
  rows.push(...files.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |\n`));
  const holders = new Map<string, string[]>();
  for (const [path, { optional, version }] of shipped) {
    if (optional === true) continue;
    const text = await licenseText(join(root, path));
    if (text === undefined) continue;
    const same = files.filter(({ textOf }) => textOf === nameOf(path)).map((file) => `${file.name} ${file.version}`);
    holders.set(text, [...(holders.get(text) ?? []), `${nameOf(path)} ${version}`, ...same]);
  }
  const texts = [...holders].map(([text, names]) => `\n## ${names.join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
  return { path: "THIRD-PARTY-LICENSES.md", content: intro + rows.join("") + texts.join("") };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

/** The text that a package comes with; undefined where it has none of its own. */
async function licenseText(folder: string): Promise<string | undefined> {
  const file = (await readdir(folder)).sort().find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  if (file === undefined) return undefined;
  const text = await readFile(join(folder, file), "utf8");
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}
