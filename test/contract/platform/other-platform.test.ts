import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConformanceProfile } from "../../../src/conformance/profile.ts";
import { statementsOf } from "../../../src/conformance/statements/index.ts";
import { type Tried, tryAgainst } from "./statements.ts";

// What is said of one platform version alone must not hold on the other, or it says nothing.
const others: readonly (readonly [ConformanceProfile, ConformanceProfile])[] = [
  ["1.1.2", "1.6.2"],
  ["1.6.2", "1.1.2"],
];

describe.each(others)("statements about %s only, on %s", (judgedAs, profile) => {
  let tried: Tried;
  beforeAll(async () => {
    tried = await tryAgainst(profile, judgedAs);
  });
  afterAll(() => tried.close());

  for (const statement of statementsOf(judgedAs).filter(({ profiles }) => profiles.length === 1)) {
    // These two need a cluster of the other platform, and what a plain watch does on 1.1 was not recorded.
    if (statement.needsCluster || statement.id === "plain-watch") continue;
    test(`${statement.id} differs`, async () => {
      expect((await tried.run.attempt(statement)).result).toBe("differs");
    });
  }
});
