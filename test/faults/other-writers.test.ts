import { expect, test } from "vitest";
import { rivalries, runRivalry } from "./rivalry.ts";

const names = {
  console: "beside a user at the console who edits other keys, the same keys and whole groups",
  "two-runs": "beside another run with a state of its own",
} as const;

test.concurrent.each(rivalries.map((rivalry) => [rivalry.profile, names[rivalry.kind], rivalry] as const))(
  "on platform %s nothing of ours is lost %s",
  async (_profile, _name, rivalry) => {
    const result = await runRivalry(rivalry, 11, 4);
    console.log(JSON.stringify({ ...result, violations: undefined }));
    expect(result.violations.join("\n")).toBe("");
    expect(result.lostOwn).toBe(0);
  },
);
