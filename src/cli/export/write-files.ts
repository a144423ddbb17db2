import { createHash } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import { codeOf, readIfThere, replaceFile } from "../files.ts";
import type { ExportedFile } from "./describe.ts";

interface Written {
  /** The files that are new or have changed. */
  readonly changed: readonly string[];
  /** Files of an earlier export that this one does not have. */
  readonly left: readonly string[];
}

/** Beginning of each file, with the checksum of the rest: a file that was edited is not replaced. */
const mark = /^# Written by terraform-provider-hikube export\..*\n# sha256 ([0-9a-f]{64})\n\n/;

const marked = (text: string): string =>
  "# Written by terraform-provider-hikube export. Another export replaces this file unless it was edited.\n" +
  `# sha256 ${sha256(text)}\n\n${text}`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const unreadable = "The export's directory cannot be read";

/**
 * Writes the files of an export. A file that this command did not write, or that was edited since, is not replaced: then nothing is
 * written. With `force` it is kept as `FILE.backup`. Throws DiagnosticError.
 */
export async function writeFiles(
  directory: string,
  files: readonly ExportedFile[],
  ignored: readonly string[],
  { force }: { readonly force: boolean },
): Promise<Written> {
  try {
    const found = await Promise.all(
      files.map(async (file) => {
        const path = join(directory, file.path);
        return { ...file, path, text: marked(file.text), before: await readIfThere(path, unreadable) };
      }),
    );
    const foreign = found.filter(({ text, before }) => before !== undefined && before !== text && !isUnchanged(before));
    if (foreign.length > 0 && !force) throw refusal(foreign.map(({ path }) => path));
    const left = await leftFiles(directory, files);
    for (const { path, before } of foreign) await replaceFile(`${path}.backup`, before ?? "");
    const changed = found.filter(({ text, before }) => text !== before);
    for (const { path, text, secret = false } of changed) {
      await mkdir(dirname(path), { recursive: true });
      await replaceFile(path, text, secret ? 0o600 : 0o644);
    }
    if (ignored.length > 0) await ignore(directory, ignored);
    return { changed: changed.map(({ path }) => path), left };
  } catch (error) {
    if (error instanceof DiagnosticError || codeOf(error) === "undefined") throw error;
    throw new DiagnosticError("The export cannot be written", `${directory} cannot be written (${codeOf(error)}).`);
  }
}

function isUnchanged(text: string): boolean {
  const [head = "", checksum] = mark.exec(text) ?? [];
  return checksum === sha256(text.slice(head.length));
}

const refusal = (paths: readonly string[]): DiagnosticError =>
  new DiagnosticError(
    "Files in the way of the export",
    `This command did not write these files, or they were edited since: ${paths.join(", ")}. Nothing is written. Use another ` +
      "directory, or --force, which keeps each of them as FILE.backup.",
  );

/** Returns the files of an earlier export in the directory, or in its modules, that are not among these. */
async function leftFiles(directory: string, files: readonly ExportedFile[]): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const own = new Set(files.map(({ path }) => join(directory, path)));
  const others = names
    .filter((name) => /\.tf(?:vars)?$/.test(name) && !name.split(/[\\/]/).includes(".terraform"))
    .map((name) => join(directory, name))
    .filter((path) => !own.has(path));
  const texts = await Promise.all(others.map((path) => readIfThere(path, unreadable)));
  return others.filter((_, index) => mark.test(texts[index] ?? "")).sort();
}

/** Adds names to the directory's `.gitignore` that it does not have. */
async function ignore(directory: string, names: readonly string[]): Promise<void> {
  const path = join(directory, ".gitignore");
  const before = (await readIfThere(path, unreadable)) ?? "";
  const lines = before.split("\n").map((line) => line.trim());
  const missing = names.filter((name) => !lines.includes(name));
  if (missing.length === 0) return;
  const start = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  await replaceFile(path, `${start}${missing.join("\n")}\n`, 0o644);
}
