import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFiles } from "../../../../src/cli/export/write-files.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hikube-write-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const files = [
  { path: "a.tf", text: "a {}\n" },
  { path: "modules/b/main.tf", text: "b {}\n" },
  { path: "secrets.auto.tfvars", text: 'c = "d"\n', secret: true },
];
const write = (force = false, some = files) => writeFiles(folder, some, ["secrets.auto.tfvars"], { force });
const read = (name: string) => readFile(join(folder, name), "utf8");
const mode = async (name: string) => (await stat(join(folder, name))).mode & 0o777;

describe("files of an export", () => {
  test("are the same after a second export", async () => {
    expect((await write()).changed).toHaveLength(3);
    const before = await Promise.all(files.map(({ path }) => read(path)));
    expect(await write()).toEqual({ changed: [], left: [] });
    expect(await Promise.all(files.map(({ path }) => read(path)))).toEqual(before);
    expect(await read(".gitignore")).toBe("secrets.auto.tfvars\n");
    expect(await mode("secrets.auto.tfvars")).toBe(0o600);
  });

  test("are replaced where the tenant has changed", async () => {
    await write();
    const changed = [{ path: "a.tf", text: "a { b = 1 }\n" }, ...files.slice(1)];
    expect((await write(false, changed)).changed).toEqual([join(folder, "a.tf")]);
    expect(await read("a.tf")).toContain("b = 1");
  });

  test.each([
    ["a file of the user's", "mine\n"],
    ["a file that was edited", undefined],
  ])("do not replace %s", async (_, text) => {
    if (text === undefined) await write();
    const edited = text ?? `${await read("a.tf")}# mine\n`;
    await writeFile(join(folder, "a.tf"), edited);
    const before = await readdir(folder);
    const changed = [
      { path: "a.tf", text: "new {}\n" },
      { path: "z.tf", text: "z {}\n" },
    ];
    await expect(write(false, changed)).rejects.toThrow(/Files in the way of the export: .*a\.tf\. Nothing is written/);
    expect(await readdir(folder)).toEqual(before);
    await write(true, changed);
    expect(await read("a.tf.backup")).toBe(edited);
    expect(await read("a.tf")).toContain("new {}");
  });

  test("leave those of an earlier export, and name them", async () => {
    await write();
    expect((await write(false, files.slice(0, 1))).left).toEqual([
      join(folder, "modules/b/main.tf"),
      join(folder, "secrets.auto.tfvars"),
    ]);
  });

  test("add what git ignores to the user's own list", async () => {
    await writeFile(join(folder, ".gitignore"), ".terraform");
    await write();
    expect(await read(".gitignore")).toBe(".terraform\nsecrets.auto.tfvars\n");
  });
});
