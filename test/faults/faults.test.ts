import { expect, test } from "vitest";
import { describeFailure, faultTable, generateCases, runCases, tableText } from "./campaign.ts";
import { type CaseResult, parseLine } from "./fault-case.ts";
import { faultKinds } from "./fault-kinds.ts";

/** The share of `npm run faults` that every test run takes: each fault at least once, another seed than the full one. */
test("a run reports a fault, and the next run repairs everything", async () => {
  const results: CaseResult[] = [];
  await runCases(generateCases(7, Math.max(64, faultKinds.length)), 8, (result) => results.push(result));
  console.log(tableText(faultTable(results)));
  const failed = results.filter(({ violations }) => violations.length > 0);
  expect(failed.map(describeFailure).join("\n")).toBe("");
});

/** Each of these once broke something: the commit beside it says what. */
const regressions = [
  "1.1.2 scale 3 slow", // Labels of others were taken away.
  "1.6.2 remove 9 api-404", // A removal believed that everything was gone.
  "1.6.2 destroy 14 api-404",
  "1.6.2 create 22 stopped", // Ctrl-C tainted a node group: the next apply destroyed its machines.
  "1.6.2 create 22 token-revoked",
  "1.6.2 destroy 26 429-for-good", // A removal waited without end for an API that did not come back.
  "1.1.2 create 9 html-for-good", // The text did not say that the API had stopped to answer.
  "1.1.2 upgrade 19 html-for-good",
  "1.1.2 upgrade 3 replaced", // A write to a cluster that others had made without md0 brought its two machines up.
  "1.1.2 destroy-in-install 3 slow", // A write before the deletion took Flux's finalizer away, and the machines were left behind.
  "1.6.2 destroy-in-upgrade 5 reset-after",
  "1.1.2 destroy-failed 4 503",
  "1.6.2 destroy-stuck 6 stopped",
  "1.6.2 scale 5 gateway-404", // Where the API description was missing once, the keys of another version were written.
  "1.1.2 destroy 2 touched-in-deletion", // A no-op write of another client around a deletion left the machines behind.
  "1.6.2 destroy 1 touched-in-deletion",
  "1.1.2 create-cluster 2 truncated", // A "not found" that was cut off on the way counted as the answer of a wrong address.
];

test("cases that once found a defect pass", async () => {
  const results: CaseResult[] = [];
  await runCases(regressions.map(parseLine), regressions.length, (result) => results.push(result));
  expect(
    results
      .filter(({ violations }) => violations.length > 0)
      .map(describeFailure)
      .join("\n"),
  ).toBe("");
});
