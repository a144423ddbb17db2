import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detectProfile } from "../../../src/conformance/detect-profile.ts";
import { statementsOf } from "../../../src/conformance/statements/index.ts";
import { type Tried, tryAgainst } from "./statements.ts";

// The sandbox must not be more lenient than the platform: one test per statement about platform.md §1, §2 and §7.
describe.each(["1.1.2", "1.6.2", "next"] as const)("statements on platform %s", (profile) => {
  let tried: Tried;
  beforeAll(async () => {
    tried = await tryAgainst(profile);
  });
  afterAll(() => tried.close());

  test("detect the profile", async () => {
    expect((await detectProfile(tried.client, new AbortController().signal)).profile).toBe(profile);
  });

  for (const statement of statementsOf(profile)) {
    test(`${statement.id} holds`, async () => {
      const { statement: _, ...outcome } = await tried.run.attempt(statement);
      expect(outcome).toEqual({ result: "holds" });
    });
  }

  test("leave nothing behind", async () => {
    expect(await tried.run.cleanUp(new AbortController().signal)).toEqual({
      clusters: [],
      monitors: [],
      lastError: undefined,
    });
  });
});
