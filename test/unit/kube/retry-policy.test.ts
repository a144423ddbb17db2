import { expect, test } from "vitest";
import { delayBefore, mayRepeat, parseRetryAfter, RETRY_POLICY } from "../../../src/kube/http/retry-policy.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

test("the back-off doubles up to its bound, between half and whole", () => {
  expect([1, 2, 3, 4].map((failures) => delayBefore(failures, undefined, () => 0))).toEqual([100, 200, 400, 800]);
  expect(delayBefore(1, undefined, () => 0.999)).toBeCloseTo(200, 0);
  expect(delayBefore(50, undefined, () => 0.999)).toBeLessThanOrEqual(RETRY_POLICY.longestDelayMs);
});

test("what the server asks for is obeyed where longer, within bounds", () => {
  expect(delayBefore(1, 3_000, () => 0)).toBe(3_000);
  expect(delayBefore(1, 10, () => 0)).toBe(100);
  expect(delayBefore(1, 86_400_000, () => 0)).toBe(RETRY_POLICY.longestRetryAfterMs);
});

test.each([
  [undefined, undefined],
  ["5", 5_000],
  [" 0 ", 0],
  ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
  ["Fri, 02 Jan 2026 03:00:00 GMT", 0],
  ["soon", undefined],
])("Retry-After %j is %j ms", (header, expected) => {
  expect(parseRetryAfter(header, Date.parse("2026-01-02T03:04:05Z"))).toBe(expected);
});

test("reads and deletes are repeated after passing failures, writes only after harmless ones", () => {
  const error = (code: ConstructorParameters<typeof KubeError>[0], init = {}) => new KubeError(code, "x", init);
  expect(mayRepeat("GET", error("Unavailable"))).toBe(true);
  expect(mayRepeat("DELETE", error("Timeout", { ambiguous: true }))).toBe(true);
  expect(mayRepeat("GET", error("NotFound"))).toBe(false);
  expect(mayRepeat("GET", error("Tls"))).toBe(false);
  expect(mayRepeat("GET", error("Malformed", { status: 404 }))).toBe(false);
  expect(mayRepeat("POST", error("TooManyRequests"))).toBe(true);
  expect(mayRepeat("PATCH", error("Network"))).toBe(true);
  expect(mayRepeat("PATCH", error("Network", { ambiguous: true }))).toBe(false);
  expect(mayRepeat("PUT", error("Unavailable"))).toBe(false);
});
