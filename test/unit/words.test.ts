import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

// What users read is plain technical English: no word of a translation, no headline without a subject.

const src = join(import.meta.dirname, "../../src");
/** Not part of the provider's diagnostics: generated code and the programs beside it. */
const elsewhere = /^(sandbox|conformance)\/|\/generated\//;

/** Comments and texts in the order of the source; a text inside a placeholder of another counts as code. */
const tokens = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/g;

function textsOf(source: string): string[] {
  const found = [...source.matchAll(tokens)].map(([token]) => token);
  return found.filter((token) => !token.startsWith("/")).map((token) => token.slice(1, -1));
}

const texts = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !elsewhere.test(file))
  .flatMap((file) => {
    const path = join(src, file);
    return textsOf(readFileSync(path, "utf8"))
      .filter((text) => text.includes(" "))
      .map((text) => ({ file: relative(src, path), text }));
  });

const banned: readonly (readonly [string, RegExp])[] = [
  ["shall", /\bshall\b/i],
  ["anew", /\banew\b/i],
  ["for ever", /\bfor ever\b/i],
  ["somebody, nobody", /\b(some|no)body\b/i],
  ["reservation", /\breservation\b/i],
  ["former self", /\bformer self\b/i],
  ["switched on or off", /\bswitched (on|off)\b/i],
  ["it said", /\bit said\b/i],
  ["fewest, most nodes", /\b(fewest|most) nodes\b/i],
  ["This is no", /^This is no\b/],
  ["already at the end", /\b(exists|is there) already$/],
  ["a headline that begins with a pronoun", /^(It|They) [^.]*$/],
];

test("the texts of the source are found", () => {
  expect(texts.length).toBeGreaterThan(700);
  expect(texts.map(({ text }) => text)).toContain("Too many concurrent changes to this cluster");
});

test.each(banned)("no text says: %s", (_, word) => {
  expect(texts.filter(({ text }) => word.test(text))).toEqual([]);
});
