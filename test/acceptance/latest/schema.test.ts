import { afterAll, beforeAll, describe, test } from "vitest";
import { firstWithActions } from "../../../scripts/test-cli.ts";
import { findTerraform } from "../../support/terraform/cli.ts";
import { expectGoldenSchema } from "../../support/terraform/golden-schema.ts";
import { startTestBed, type TestBed } from "../../support/terraform/test-bed.ts";

describe("the provider's schema of what only the newest Terraform has", () => {
  let bed: TestBed;

  beforeAll(async () => {
    findTerraform(firstWithActions);
    bed = await startTestBed({ profile: "1.6.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  test("is the one in schemas/provider-latest.json", async () => {
    await expectGoldenSchema(bed, "provider-latest.json", [
      "list_resource_schemas",
      "action_schemas",
      "resource_identity_schemas",
    ]);
  });
});
