import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const golden = fileURLToPath(new URL("../../schemas/provider.json", import.meta.url));

describe("the provider's schema", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  // Its difference is the gate for breaking changes. `HIKUBE_UPDATE_GOLDEN=1 npm test -- schema` writes it again.
  test("is the one in schemas/provider.json", async () => {
    const workspace = await bed.workspace("");
    const { stdout } = expectSuccess(await workspace.run("providers", "schema", "-json"));
    const { provider_schemas: schemas } = JSON.parse(stdout) as {
      provider_schemas: Record<string, Record<string, unknown>>;
    };
    const served = Object.values(schemas)[0] ?? {};
    const kinds = ["provider", "resource_schemas", "data_source_schemas", "functions"];
    const seen = Object.fromEntries(kinds.map((kind) => [kind, served[kind]]));
    if (process.env["HIKUBE_UPDATE_GOLDEN"] === "1") {
      await mkdir(dirname(golden), { recursive: true });
      await writeFile(golden, `${JSON.stringify(seen, null, 2)}\n`);
    }
    expect(seen).toEqual(JSON.parse(await readFile(golden, "utf8")));
  });
});
