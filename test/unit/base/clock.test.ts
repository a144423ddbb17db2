import { expect, test, vi } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";

test("systemClock does not go back when the machine's clock is set back", () => {
  const before = systemClock.now();
  const setBack = vi.spyOn(Date, "now").mockReturnValue(before - 2 * 3_600_000);
  try {
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  } finally {
    setBack.mockRestore();
  }
});

test("systemClock tells the time of day", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
});

test("sleep rejects at once with the reason of an abort", async () => {
  const stop = new AbortController();
  const sleeping = systemClock.sleep(60_000, stop.signal);
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});

test("sleep does not end at once when it is longer than a timer can hold", async () => {
  const stop = new AbortController();
  let ended = false;
  const sleeping = systemClock.sleep(90 * 24 * 3_600_000, stop.signal).then(
    () => {
      ended = true;
    },
    () => {},
  );
  // A timer that cannot hold its time fires after a millisecond: before one that was set later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  stop.abort();
  await sleeping;
});
