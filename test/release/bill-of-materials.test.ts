import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { beforeAll, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { fileNames, releaseFolder } from "../../scripts/release/files.ts";

let text: string;

beforeAll(() => {
  text = readFileSync(join(releaseFolder, fileNames.billOfMaterials), "utf8");
});

test("is valid CycloneDX 1.6", async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  expect(await validator.validate(text)).toBeNull();
  expect(await validator.validate(text.replace('"type": "library"', '"type": "book"'))).not.toBeNull();
});

test("lists bundle, runtimes and C libraries, each with its version and licence", () => {
  const { components } = JSON.parse(text) as {
    readonly components: readonly {
      readonly group?: string;
      readonly name: string;
      readonly version: string;
      readonly licenses: unknown[];
    }[];
  };
  const versions = new Map(components.map(({ name, version }) => [name, version]));
  for (const [name, version] of Object.entries(packageJson.dependencies))
    expect([name, versions.get(name)]).toEqual([name, version]);
  const runtimes = [...versions.keys()].filter((name) => name.startsWith("@oven/bun-"));
  expect(runtimes).toHaveLength(5);
  expect(components.filter(({ name }) => name === "libc6")).toHaveLength(2);
  expect(components.filter(({ licenses }) => licenses.length !== 1)).toEqual([]);
  expect([...versions.keys()].filter((name) => Object.keys(packageJson.devDependencies).includes(name))).toEqual([]);
});
