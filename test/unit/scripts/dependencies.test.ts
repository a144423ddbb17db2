import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const read = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const packages = Object.entries(read("package-lock.json").packages as Record<string, Locked>).filter(
  ([path]) => path !== "",
);

/** What may be in a release: licences that ask for no more than to be named. */
const shippable = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD", "PSF-2.0", "Unlicense"];
/** What may be used to build and test; nothing of it is given away. */
const usable = [...shippable, "MPL-2.0", "MIT OR Apache-2.0", "Python-2.0", "BlueOak-1.0.0", "CC0-1.0"];

describe("the packages this project rests on", () => {
  test("have a licence each that may be used, and those in a release one that may be given away", () => {
    const odd = packages.filter(
      ([, { license = "none", dev }]) => !(dev === true ? usable : shippable).includes(license),
    );
    expect(odd.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  test("are locked by version and content, and none comes from a place of its own", () => {
    for (const [path, { version, integrity, link, resolved }] of packages) {
      expect(version, path).toMatch(/^\d+\.\d+\.\d+/);
      expect(integrity, path).toMatch(/^sha512-/);
      expect(link, path).toBeUndefined();
      if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\/registry\.npmjs\.org\//);
    }
  });

  test("are asked for by exact version, the same in the manifest and in the lock file", () => {
    const { dependencies, devDependencies, optionalDependencies } = read("package.json");
    const locked = new Map(packages);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(locked.get(`node_modules/${name}`)?.version, name).toBe(version);
    }
  });

  test("run no script when they are installed", () => {
    expect(readFileSync(join(root, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  });
});
