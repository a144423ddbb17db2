import { expect, test } from "vitest";
import { showDuration } from "../../../src/base/duration.ts";

test.each([
  [0, "0ms"],
  [-5, "0ms"],
  [400, "400ms"],
  [999.9, "999ms"],
  [1_000, "1s"],
  [20_400, "20s"],
  [59_600, "1m"],
  [45 * 60_000, "45m"],
  [90 * 60_000, "1h30m"],
  [3_601_000, "1h1s"],
])("%d ms are shown as %s", (ms, text) => {
  expect(showDuration(ms)).toBe(text);
});
