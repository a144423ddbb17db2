/**
 * `npm run generate` writes the files that are made from others; `npm run generate -- --check` fails, naming them, when the committed
 * ones are stale.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { generateCodecs } from "./generate/codecs.ts";
import { generateLicenses } from "./generate/licenses.ts";

const root = join(import.meta.dirname, "..");
const check = process.argv.includes("--check");

const stale: string[] = [];
for (const { path, content } of [...(await generateCodecs(root)), await generateLicenses(root)]) {
  const target = join(root, path);
  const current = await readFile(target, "utf8").catch(() => undefined);
  if (current === content) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}

if (check && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}\nRun \`npm run generate\` and commit the result.`);
  process.exitCode = 1;
} else console.log(stale.length === 0 ? "everything generated is up to date" : `wrote ${stale.join(", ")}`);
