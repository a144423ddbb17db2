import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The texts of the program, with `…` for each placeholder. */
function texts(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.includes("generated")) continue;
    const source = readFileSync(join(root, "src", file), "utf8");
    for (const [literal] of source.matchAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)) {
      found.add(literal.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, "…"));
    }
  }
  return found;
}

test("the headings of the troubleshooting guide are first lines of errors and warnings", () => {
  const page = readFileSync(join(root, "docs/guides/troubleshooting.md"), "utf8");
  const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);
  expect(headings.length).toBeGreaterThan(20);
  const known = texts();
  expect(headings.filter((heading) => !known.has(heading))).toEqual([]);
});
