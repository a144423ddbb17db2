import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The paths of files that only one of two folders has, or that have other content there. */
export function differences(one: string, other: string): readonly string[] {
  const paths = new Set([one, other].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" })));
  return [...paths].filter((path) => !isSame(join(one, path), join(other, path))).sort();
}

function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (first === undefined || second === undefined) return false;
  if (first.isDirectory() || second.isDirectory()) return first.isDirectory() && second.isDirectory();
  return first.size === second.size && readFileSync(one).equals(readFileSync(other));
}
