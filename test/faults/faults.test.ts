import { expect, test } from "vitest";
import { describeFailure, faultTable, generateCases, runCases, tableText } from "./campaign.ts";
import type { CaseResult } from "./fault-case.ts";
import { faultKinds } from "./fault-kinds.ts";

/** The share of `npm run faults` that every test run takes: each fault at least once, another seed than the full one. */
test("whatever goes wrong once, the next run makes everything right, and the first said why", async () => {
  const results: CaseResult[] = [];
  await runCases(generateCases(7, Math.max(64, faultKinds.length)), 8, (result) => results.push(result));
  console.log(tableText(faultTable(results)));
  const failed = results.filter(({ violations }) => violations.length > 0);
  expect(failed.map(describeFailure).join("\n")).toBe("");
});
