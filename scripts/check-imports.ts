import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// Imports run one way only (design §2): a floor may use those below it, never those above or beside it.

const src = fileURLToPath(new URL("../src", import.meta.url));

/** What each floor may import, besides itself: floors, or single files of one. Files at the top of src are the roof and may import everything but main. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  values: ["base"],
  schema: ["base", "values"],
  engine: ["base", "values", "schema"],
  kube: ["base"],
  core: ["base", "kube"],
  hikube: ["base", "values", "schema", "engine", "kube", "core"],
  plugin: ["base"],
  protocol: ["base", "values", "schema", "engine"],
  sandbox: ["base"],
  // Judges the platform independently of the library that it is written for.
  conformance: ["base", "kube", "core/ids.ts"],
};

const complaints: string[] = [];
for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
  const file = join(entry.parentPath, entry.name);
  const here = relative(src, file);
  const floor = here.includes("/") ? (here.split("/")[0] ?? "") : "";
  const imports = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  for (const [, specifier = ""] of imports) {
    const target = relative(src, resolve(dirname(file), specifier));
    if (target === "main.ts") complaints.push(`${here} imports main.ts, which nothing may`);
    if (floor === "" || target.startsWith("../schemas/") || target === "../package.json") continue;
    const other = target.includes("/") ? (target.split("/")[0] ?? "") : "the roof";
    const allows = (what: string) => allowed[floor]?.includes(what) === true;
    if (other !== floor && !allows(other) && !allows(target)) {
      complaints.push(`${here} imports ${target}: ${floor} may use ${allowed[floor]?.join(", ") || "nothing else"}`);
    }
  }
}
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log("imports run one way");
