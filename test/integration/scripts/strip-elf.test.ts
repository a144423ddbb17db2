import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stripElf } from "../../../scripts/strip-elf.ts";

test.runIf(process.platform === "linux")("Node runs without the part of its executable that is never loaded", () => {
  const directory = mkdtempSync(join(tmpdir(), "hikube-strip-"));
  try {
    const whole = readFileSync(process.execPath);
    const stripped = stripElf(whole);
    expect(stripped.length).toBeLessThan(whole.length);
    const path = join(directory, "node");
    writeFileSync(path, stripped, { mode: 0o755 });
    expect(execFileSync(path, ["-p", "process.version"], { encoding: "utf8" }).trim()).toBe(process.version);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("executables of other systems are left as they are", () => {
  for (const magic of ["MZ", "\xcf\xfa\xed\xfe"]) {
    const file = Buffer.concat([Buffer.from(magic, "latin1"), Buffer.alloc(100)]);
    expect(stripElf(file)).toBe(file);
  }
});
