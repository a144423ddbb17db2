import { readFile, rename, writeFile } from "node:fs/promises";
import { DiagnosticError } from "../engine/diagnostic.ts";

/** Returns the text of a file; undefined if there is none. Throws DiagnosticError with the summary. */
export async function readIfThere(path: string, summary: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new DiagnosticError(summary, `${path} cannot be read (${codeOf(error)}).`);
  }
}

/** Replaces a file as a whole: at no time is it partly written. By default only its owner may read it. */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, text, { mode });
  await rename(fresh, path);
}

export const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);
