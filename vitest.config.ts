import { defineConfig } from "vitest/config";
import { tiers } from "./scripts/test-tiers.ts";

const hangs = 15 * 60_000;

export default defineConfig({
  test: {
    // These only end what hangs: no test measures speed, and a busy machine may take many times as long.
    testTimeout: hangs,
    hookTimeout: hangs,
    teardownTimeout: hangs,
    expect: { poll: { timeout: hangs, interval: 20 } },
    // Most tests wait for a process or a clock rather than for a processor.
    maxWorkers: 3,
    projects: tiers.map((name) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        ...(name === "unit" && { setupFiles: ["test/support/no-outside.ts"] }),
      },
    })),
  },
});
