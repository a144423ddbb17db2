import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** Where it is installed. */
  readonly folder: string;
}

/** The npm packages that a bundle contains something of, by name and version. `sources` are its files, relative to `root`. */
export function bundledPackages(root: string, sources: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(sources.flatMap((source) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? []));
  return [...folders]
    .map((path) => {
      const folder = join(root, path);
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
      const { name, version, license } = manifest;
      if (typeof name !== "string" || typeof version !== "string" || typeof license !== "string")
        throw new Error(`${path}/package.json names no version or no licence`);
      return { name, version, license, folder };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}
