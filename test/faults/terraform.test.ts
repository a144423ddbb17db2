import { expect, test } from "vitest";
import { describeFailure } from "./campaign.ts";
import { parseLine } from "./fault-case.ts";
import { runTerraformCase } from "./terraform-cases.ts";

/** The share of the cases through the real Terraform that every test run takes. */
const lines = [
  "1.1.2 create 12 reset-after",
  "1.6.2 change-values 9 503",
  "1.1.2 scale 14 stopped",
  "1.6.2 extend 11 api-restarts",
  "1.1.2 create-cluster 8 deleted",
  "1.6.2 import 6 truncated",
  "1.1.2 extend 12 killed",
  "1.6.2 create 14 all-killed",
  "1.6.2 change-values 9 token-short-lived",
  "next extend 12 reset-after",
];

test.concurrent.each(lines)("through the real Terraform the run after `%s` makes everything right", async (line) => {
  const result = await runTerraformCase(parseLine(line));
  expect(result.violations.length === 0 ? "" : describeFailure(result)).toBe("");
});
