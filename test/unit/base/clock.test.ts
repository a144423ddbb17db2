import { expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";

test("a machine's clock that is set back does not turn time back", () => {
  const before = systemClock.now();
  const setBack = vi.spyOn(Date, "now").mockReturnValue(before - 2 * 3_600_000);
  try {
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  } finally {
    setBack.mockRestore();
  }
});

test("time is the time of day", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
});

test("an abort ends a sleep at once, with its reason", async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(60_000, stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});
