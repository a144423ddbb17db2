import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { expectSuccess } from "./expectations.ts";
import type { TestBed } from "./test-bed.ts";

/** These kinds of the schema that the CLI reads are those in `schemas/<file>`. HIKUBE_UPDATE_GOLDEN=1 writes the file again. */
export async function expectGoldenSchema(bed: TestBed, file: string, kinds: readonly string[]): Promise<void> {
  const golden = fileURLToPath(new URL(`../../../schemas/${file}`, import.meta.url));
  const workspace = await bed.workspace("");
  const { stdout } = expectSuccess(await workspace.run("providers", "schema", "-json"));
  const { provider_schemas: schemas } = JSON.parse(stdout) as {
    provider_schemas: Record<string, Record<string, unknown>>;
  };
  const served = Object.values(schemas)[0] ?? {};
  const seen = Object.fromEntries(kinds.flatMap((kind) => (kind in served ? [[kind, served[kind]]] : [])));
  if (process.env["HIKUBE_UPDATE_GOLDEN"] === "1") {
    await mkdir(dirname(golden), { recursive: true });
    await writeFile(golden, `${JSON.stringify(sorted(seen), null, 2)}\n`);
  }
  expect(seen).toEqual(JSON.parse(await readFile(golden, "utf8")));
}

/** Returns a value with sorted keys: Terraform and OpenTofu print them in orders of their own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [key, sorted(member)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
