import { afterAll, beforeAll, describe, test } from "vitest";
import { expectGoldenSchema } from "../support/terraform/golden-schema.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

describe("the provider's schema", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  // Its difference is the gate for breaking changes. `HIKUBE_UPDATE_GOLDEN=1 npm test -- schema` writes it again.
  test("is the one in schemas/provider.json", async () => {
    await expectGoldenSchema(bed, "provider.json", [
      "provider",
      "resource_schemas",
      "data_source_schemas",
      "ephemeral_resource_schemas",
      "functions",
    ]);
  });
});
