import { defineConfig } from "vitest/config";

const hangs = 15 * 60_000;

export default defineConfig({
  test: {
    include: [
      "test/unit/**/*.test.ts",
      "test/types/**/*.test.ts",
      "test/properties/**/*.test.ts",
      "test/contract/**/*.test.ts",
      "test/acceptance/**/*.test.ts",
      "test/faults/**/*.test.ts",
    ],
    // These only end what hangs: no test measures speed, and a busy machine may take many times as long.
    testTimeout: hangs,
    hookTimeout: hangs,
    teardownTimeout: hangs,
    expect: { poll: { timeout: hangs, interval: 20 } },
    // Most tests wait for a process or a clock rather than for a processor.
    maxWorkers: 3,
  },
});
