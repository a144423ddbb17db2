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

test("a sleep longer than a timer can hold does not end at once", async () => {
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
