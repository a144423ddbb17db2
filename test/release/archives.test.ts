import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type GoPlatform, goPlatforms } from "../../scripts/go-platform.ts";
import { fileNames, releaseFolder } from "../../scripts/release/files.ts";
import { version } from "../../src/base/version.ts";
import { type ArchiveEntry, archiveEntries } from "../support/release/archive-entries.ts";
import { readCodeSignature } from "../support/release/mach-o.ts";

const program = `terraform-provider-hikube_v${version}`;
const licences = ["LICENSE", "THIRD-PARTY-LICENSES.md"];
const read = (name: string): Buffer => readFileSync(join(releaseFolder, name));
const opened = new Map<GoPlatform, readonly ArchiveEntry[]>();

function entriesOf(platform: GoPlatform): readonly ArchiveEntry[] {
  const entries = opened.get(platform) ?? archiveEntries(read(fileNames.archive(platform)));
  opened.set(platform, entries);
  return entries;
}

/** The content of one file of an archive. */
function contentOf(platform: GoPlatform, path: string): Buffer {
  const found = entriesOf(platform).find((entry) => entry.path === path);
  if (found === undefined) throw new Error(`${platform} has no ${path}`);
  return found.content;
}

test.for([
  [
    "linux_amd64",
    [program, "lib/hikube", "lib/ld-linux-x86-64.so.2", "lib/libc.so.6"],
    "lib/libdl.so.2 lib/libm.so.6 lib/libpthread.so.0",
  ],
  [
    "linux_arm64",
    [program, "lib/hikube", "lib/ld-linux-aarch64.so.1", "lib/libc.so.6"],
    "lib/libdl.so.2 lib/libm.so.6 lib/libpthread.so.0",
  ],
  ["darwin_amd64", [program], ""],
  ["darwin_arm64", [program], ""],
  ["windows_amd64", [`${program}.exe`], ""],
] as const)("%s holds its programs, libraries and licences, and no times", ([platform, programs, libraries]) => {
  const entries = entriesOf(platform);
  const files = libraries === "" ? licences : [...licences, "lib/copyright", ...libraries.split(" ")];
  expect(entries.map(({ path }) => path)).toEqual([...programs, ...files].sort());
  for (const { path, mode, time } of entries) {
    expect([path, mode]).toEqual([path, programs.some((name) => name === path) ? 0o100755 : 0o100644]);
    const firstOf1980 = (1 << 21) | (1 << 16);
    expect(time).toBe(firstOf1980);
  }
});

test.for(goPlatforms)("%s is smaller than 50 MB", (platform) => {
  expect(read(fileNames.archive(platform)).length).toBeLessThan(50e6);
});

test.for(["darwin_amd64", "darwin_arm64"] as const)("%s has a valid ad-hoc signature", (platform) => {
  const executable = contentOf(platform, program);
  expect(readCodeSignature(executable)).toEqual({
    adHoc: true,
    identifier: "terraform-provider-hikube",
    wrongPages: [],
    isComplete: true,
    otherParts: [],
  });
  const changed = Buffer.from(executable);
  changed.writeUInt8(changed.readUInt8(0x100000) ^ 1, 0x100000);
  expect(readCodeSignature(changed).wrongPages).toEqual([0x100]);
});

test.for([
  ["darwin_amd64", 0x01000007],
  ["darwin_arm64", 0x0100000c],
] as const)("%s is an executable of its processor", ([platform, processor]) => {
  const executable = contentOf(platform, program);
  const executableType = 2;
  expect([0, 4, 12].map((offset) => executable.readUInt32LE(offset))).toEqual([0xfeedfacf, processor, executableType]);
});

test.for([
  ["linux_amd64", 0x3e, "/lib64/ld-linux-x86-64.so.2"],
  ["linux_arm64", 0xb7, "/lib/ld-linux-aarch64.so.1"],
] as const)("%s is an executable of its processor, and so is its C library", ([platform, machine, loader]) => {
  const elf64 = "\x7fELF\x02\x01";
  for (const path of ["lib/hikube", "lib/libc.so.6"]) {
    const content = contentOf(platform, path);
    expect(content.toString("latin1", 0, 6)).toBe(elf64);
    expect(content.readUInt16LE(18)).toBe(machine);
  }
  expect(contentOf(platform, "lib/hikube").subarray(0, 4096).includes(loader)).toBe(true);
  expect(contentOf(platform, program).toString()).toContain(`$(${loader} --version`);
});

test("windows_amd64 is a console program in the PE format", () => {
  const executable = contentOf("windows_amd64", `${program}.exe`);
  const header = executable.readUInt32LE(0x3c);
  expect([executable.toString("latin1", 0, 2), executable.toString("latin1", header, header + 4)]).toEqual([
    "MZ",
    "PE\0\0",
  ]);
  const [amd64, pe32Plus, console] = [0x8664, 0x20b, 3];
  expect([4, 24, 92].map((offset) => executable.readUInt16LE(header + offset))).toEqual([amd64, pe32Plus, console]);
});

test("the checksums name every published file with its SHA-256", () => {
  const published = [...goPlatforms.map(fileNames.archive), fileNames.manifest, fileNames.billOfMaterials].sort();
  const lines = read(fileNames.checksums).toString().split("\n");
  expect(lines.pop()).toBe("");
  const sum = (name: string) => createHash("sha256").update(read(name)).digest("hex");
  expect(lines).toEqual(published.map((name) => `${sum(name)}  ${name}`));
  const unlisted = [fileNames.checksums, `${fileNames.checksums}.sig`, "mirror", "oci"];
  expect(
    readdirSync(releaseFolder)
      .filter((name) => !unlisted.includes(name))
      .sort(),
  ).toEqual(published);
});

test("the manifest names protocol 6.0", () => {
  expect(JSON.parse(read(fileNames.manifest).toString())).toEqual({
    version: 1,
    metadata: { protocol_versions: ["6.0"] },
  });
});
