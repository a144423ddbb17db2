import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConformanceProfile } from "../../../src/conformance/profile.ts";
import { statementsOf } from "../../../src/conformance/statements/index.ts";
import { type Tried, tryAgainst } from "./statements.ts";

// A statement about one platform version only must differ on the other.
const others: readonly (readonly [ConformanceProfile, ConformanceProfile])[] = [
  ["1.1.2", "1.6.2"],
  ["1.6.2", "1.1.2"],
];

describe.each(others)("statements about platform %s alone, on platform %s", (judgedAs, profile) => {
  let tried: Tried;
  beforeAll(async () => {
    tried = await tryAgainst(profile, judgedAs);
  });
  afterAll(() => tried.close());

  for (const statement of statementsOf(judgedAs).filter(({ profiles }) => profiles.length === 1)) {
    // Excluded: statements that need a cluster of the other platform, and the plain watch, which was not recorded on 1.1.
    if (statement.needsCluster || statement.id === "plain-watch") continue;
    test(`${statement.id} differs`, async () => {
      expect((await tried.run.attempt(statement)).result).toBe("differs");
    });
  }
});
