import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// Imports between folders run one way, and no files import each other in a circle. Imports of types count like any other.

const src = fileURLToPath(new URL("../src", import.meta.url));

type Allowed = Readonly<Record<string, readonly string[]>>;

/** What the files of each folder may import besides its own: folders, or single files. Files at the top of src may import everything but main.ts. */
const folders: Allowed = {
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
  // Its commands use the provider's own login, library and texts.
  cli: [
    "base",
    "values",
    "schema",
    "engine",
    "kube",
    "core",
    "hikube",
    "plugin",
    "protocol",
    "sandbox",
    "conformance",
    "provider.ts",
    "provider-schema.ts",
  ],
  // Judges the platform independently of the library that it is written for.
  conformance: ["base", "kube", "core/ids.ts"],
};

const leaves = ["core/owner.ts", "core/ids.ts", "core/core-error.ts", "core/timings.ts", "core/options.ts"];
const described = [...leaves, "core/platform", "core/object"];
const specified = [...described, "core/desired"];
const written = [...specified, "core/validate", "core/read", "core/write"];
const rolledOut = [...written, "core/context.ts", "core/rollout"];

/** The same inside a folder, for its rooms and for the files beside them. A room that is not named here may import its whole folder. */
const rooms: Allowed = {
  "core/owner.ts": [],
  "core/ids.ts": leaves,
  "core/core-error.ts": leaves,
  "core/timings.ts": leaves,
  "core/options.ts": leaves,
  "core/platform": leaves,
  "core/object": leaves,
  "core/desired": described,
  "core/validate": specified,
  "core/read": specified,
  "core/write": [...specified, "core/read"],
  "core/context.ts": written,
  "core/rollout": rolledOut,
  "core/node-group": rolledOut,
  "core/addon": rolledOut,
  "core/cluster": [...rolledOut, "core/node-group"],
  "sandbox/platform": [],
  "sandbox/store": ["sandbox/platform"],
  "sandbox/server": ["sandbox/platform", "sandbox/store"],
  "sandbox/schema": ["sandbox/store", "sandbox/server"],
  "sandbox/patch": ["sandbox/store", "sandbox/schema"],
  "sandbox/objects": ["sandbox/store", "sandbox/server", "sandbox/schema", "sandbox/patch"],
  "sandbox/workloads": ["sandbox/platform", "sandbox/store", "sandbox/objects"],
  "sandbox/chart": ["sandbox/platform", "sandbox/store"],
  "sandbox/machines": ["sandbox/platform", "sandbox/store"],
  "sandbox/flux": ["sandbox/platform", "sandbox/store", "sandbox/chart", "sandbox/machines"],
  "sandbox/tenant": ["sandbox/platform", "sandbox/store", "sandbox/server", "sandbox/schema", "sandbox/objects"],
  "sandbox/api": ["sandbox/platform", "sandbox/store", "sandbox/server", "sandbox/patch", "sandbox/machines"],
  "sandbox/upgrade": [
    "sandbox/platform",
    "sandbox/store",
    "sandbox/patch",
    "sandbox/api",
    "sandbox/chart",
    "sandbox/machines",
  ],
  "hikube/shared": [],
  "hikube/cluster": ["hikube/shared"],
  "hikube/node-group": ["hikube/shared"],
  "hikube/addon": ["hikube/shared"],
  "hikube/platform": ["hikube/shared", "hikube/node-group"],
  "hikube/functions": ["hikube/shared"],
};

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(src, join(entry.parentPath, entry.name)));

const importsOf = (file: string): string[] => {
  const imports = readFileSync(join(src, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
  return [...imports].map(([, specifier = ""]) => relative(src, resolve(dirname(join(src, file)), specifier)));
};

const graph = new Map(files.map((file) => [file, importsOf(file)]));

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");
/** The folder inside a folder, or the file itself where it lies beside the rooms. */
const roomOf = (file: string): string => file.split("/").slice(0, 2).join("/");

function wrongDirections(file: string, targets: readonly string[]): string[] {
  const folder = folderOf(file);
  return targets.flatMap((target) => {
    if (target === "main.ts") return [`${file} imports main.ts, which nothing may`];
    if (folder === "" || target.startsWith("../schemas/") || target === "../package.json") return [];
    const other = folderOf(target);
    if (other !== folder) {
      const allowed = folders[folder] ?? [];
      if (allowed.includes(other) || allowed.includes(target)) return [];
      return [`${file} imports ${target}: ${folder} may import ${allowed.join(", ") || "nothing else"}`];
    }
    const room = roomOf(file);
    const allowed = rooms[room];
    if (allowed === undefined || roomOf(target) === room || allowed.includes(roomOf(target))) return [];
    return [`${file} imports ${target}: ${room} may import ${allowed.join(", ") || "nothing else"}`];
  });
}

/** Every circle of imports, as the files in the order in which they import each other. */
function circles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push(`circle of imports: ${[...path.slice(start), file].join(" → ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

const complaints = [...[...graph].flatMap(([file, targets]) => wrongDirections(file, targets)), ...circles()];
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0) process.exit(1);
console.log("imports run one way");
