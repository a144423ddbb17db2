import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Returns the files below a folder of the project, sorted, as paths from its root with `/`; none where there is no such folder. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}
