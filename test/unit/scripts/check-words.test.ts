import { describe, expect, test } from "vitest";
import { findWords } from "../../../scripts/check-words.ts";

const foundIn = (source: string, kind: "page" | "code" | "test" = "code") =>
  findWords(source, kind).map(({ found }) => found);

describe("check-words", () => {
  test.each([
    ["// The key shall be removed.", "shall"],
    ["/* It is read anew. */", "anew"],
    ["// A wait that lasts for\n// ever.", "for ever"],
    ["/**\n * Kept for\n * ever.\n */", "for ever"],
    ["// Nobody waits.", "Nobody"],
    ["// Somebody else writes.", "Somebody"],
    ["// For whoever waits.", "whoever"],
    ["// An owner and his object.", "his"],
    ["// The lock waits. He gets it.", "He"],
    ["// Cached answers; who writes reads again.", "; who writes"],
    ["// Longer for who looks once.", "for who looks"],
    ["/** Who decides over a group. */", "Who decides"],
    ['const summary = "This is no name for a cluster";', "This is no"],
    ["const detail = `The fewest nodes`;", "fewest nodes"],
    ['const summary = "Finished with a reservation";', "with a reservation"],
    ['const summary = "Cluster exists already";', "exists already"],
    ['const summary = "It exists";', "It exists"],
    ["const detail = `the add-on is switched off`;", "switched off"],
    ['const quote = /["`]/.test(text); // It shall go.', "shall"],
    ["const half = a / 2; // It shall / must go.", "shall"],
    ["export interface Settle {}", "Settle"],
    ["const key = toDomain(name);", "toDomain"],
  ])("finds the word in %j", (source, found) => {
    expect(foundIn(source)).toEqual([found]);
  });

  test.each([
    "// This key, its history and the chisel.",
    "// The user, who has no right, gets an error.",
    "// A caller that writes reads again.",
    'const summary = "Invalid cluster name";',
    'const summary = "Cluster already exists";',
    'const sentence = "It is removed.";',
    "const anewLine = healed(Settled);",
    'const url = "https://example.com/healthy";',
  ])("finds none in %j", (source) => {
    expect(foundIn(source)).toEqual([]);
  });

  test("reports the line of a word and a better one", () => {
    expect(findWords("const a = 1;\n/**\n * The key\n * shall go.\n */\n", "code")).toEqual([
      { line: 4, found: "shall", better: "must, will" },
    ]);
  });

  test("reads a page as a whole", () => {
    expect(foundIn("# Title\n\nThe cluster stays for\never.\n", "page")).toEqual(["for ever"]);
  });

  test("reads comments and names of a test file, but not its data", () => {
    expect(foundIn('test("nobody waits", () => {\n  expect("somebody").toBe("anew"); // shall\n});', "test")).toEqual([
      "nobody",
      "shall",
    ]);
    expect(foundIn('describe.each(all)("for ever on %s", () => {});', "test")).toEqual(["for ever"]);
    expect(foundIn('test.each([\n  ["shall"],\n])(\n  "anew %s",\n  () => {},\n);', "test")).toEqual(["anew"]);
  });

  test("limits the name of a test to 90 characters", () => {
    expect(foundIn(`test("${"x".repeat(90)}", () => {});`, "test")).toEqual([]);
    expect(foundIn(`test("${"x".repeat(91)}", () => {});`, "test")).toEqual(["x".repeat(91)]);
  });
});
