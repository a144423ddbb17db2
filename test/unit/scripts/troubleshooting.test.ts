import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { summaries } from "../../support/summaries.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/guides/troubleshooting.md", import.meta.url)), "utf8");
const headings = [...page.matchAll(/^### (.*)$/gm)].map(([, heading = ""]) => heading);

describe("the headings of the troubleshooting guide", () => {
  const { texts, unread } = summaries();

  test("name every error and warning of the provider by its first line", () => {
    expect(unread).toEqual([]);
    expect(texts).toContain("Invalid cluster name");
    expect(texts).toContain("Cluster … already exists");
    expect([...texts].filter((text) => !headings.includes(text)).sort()).toEqual([]);
  });

  test("name each of them once, and nothing else", () => {
    expect(headings.filter((heading) => !texts.has(heading))).toEqual([]);
    expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
  });
});
