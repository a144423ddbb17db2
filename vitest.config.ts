import { defineConfig } from "vitest/config";

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
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Most tests wait for a process or a clock rather than for a processor.
    maxWorkers: 3,
  },
});
