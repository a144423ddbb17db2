import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { differences } from "../../../scripts/release/differences.ts";

let work: string;
const folders = (): [one: string, other: string] => [join(work, "one"), join(work, "other")];

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "hikube-differences-"));
  for (const folder of folders()) {
    mkdirSync(join(folder, "mirror"), { recursive: true });
    writeFileSync(join(folder, "mirror", "a.zip"), "same");
  }
});

afterEach(() => rmSync(work, { recursive: true }));

test("equal folders have no differences", () => {
  expect(differences(...folders())).toEqual([]);
});

test("names what only one folder has and what has other content", () => {
  const [one, other] = folders();
  writeFileSync(join(one, "mirror", "a.zip"), "tame");
  writeFileSync(join(other, "sums"), "");
  expect(differences(one, other)).toEqual(["mirror/a.zip", "sums"]);
});
