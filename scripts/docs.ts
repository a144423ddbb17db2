/**
 * `npm run docs` writes the registry's pages from `templates/`, `examples/`, the golden schemas and the declarations;
 * `npm run docs -- --check` fails, naming them, when the committed ones are stale. Both validate what is in `docs/`.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "./docs/files.ts";
import { brokenLinks } from "./docs/links.ts";
import { generatedFolders, renderPages, validatePages } from "./docs/pages.ts";

const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

const pages = await renderPages(root);
const stale: string[] = [];
for (const [path, content] of pages) {
  const target = join(root, path);
  if ((await readFile(target, "utf8").catch(() => undefined)) === content) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}
for (const folder of generatedFolders) {
  for (const path of (await filesBelow(root, folder)).filter((file) => !pages.has(file))) {
    stale.push(path);
    if (!check) await rm(join(root, path));
  }
}

if (check && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}\nRun \`npm run docs\` and commit the result.`);
  process.exitCode = 1;
} else console.log(stale.length === 0 ? `${pages.size} pages are up to date` : `wrote ${stale.join(", ")}`);

const broken = await brokenLinks(root);
for (const line of broken) console.error(line);
if (broken.length > 0 || !(await validatePages(root))) process.exitCode = 1;
