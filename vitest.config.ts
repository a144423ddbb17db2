import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/types/**/*.test.ts", "test/properties/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
