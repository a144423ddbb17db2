import { describe, expect, test } from "vitest";
import { parseApp } from "../../../../src/core/object/app-object.ts";
import { judgeRelease, newTrail, type Verdict } from "../../../../src/core/rollout/release.ts";
import { type Baseline, baselineOf, reconciled, unwritten } from "../../../../src/core/write/baseline.ts";

const limits = { forceReconcileAfterMs: 15_000, quietMs: 10_000, unmovedMs: 120_000 };
const refusal =
  "Helm upgrade failed for release t/kubernetes-c with chart k: execution error at (x:1:1): Specified instancetype not exists in cluster: u9.huge";
const success = (release: number) =>
  `Helm upgrade succeeded for release t/kubernetes-c.v${release} with chart kubernetes@1.1.2`;
const object = (status?: string, message = "", second = 0) =>
  parseApp({
    metadata: { uid: "u", name: "c" },
    status:
      status === undefined
        ? {}
        : { conditions: [{ type: "Ready", status, message, lastTransitionTime: `2026-01-01T00:00:0${second}Z` }] },
  });

/** Feeds one observation after another and answers every verdict's kind. */
function verdicts(
  baseline: Baseline,
  seen: readonly (readonly [at: number, status: string | undefined, message?: string, second?: number])[],
): Verdict["kind"][] {
  const trail = newTrail(baseline);
  return seen.map(
    ([at, status, message, second]) =>
      judgeRelease(baseline, trail, object(status, message, second).ready, at, limits).kind,
  );
}

describe("the result of a write", () => {
  const before = baselineOf(object("True", success(2), 1), 0, "spec");

  test("is not what stood there before, however ready that reads", () => {
    expect(
      verdicts(before, [
        [500, "True", success(2), 1],
        [900, "Unknown", "Running 'upgrade'", 2],
        [1_500, "True", success(3), 3],
      ]),
    ).toEqual(["waiting", "waiting", "done"]);
  });

  test("is recognised by the release number although the time stamp has not moved a second", () => {
    expect(verdicts(before, [[900, "True", success(3), 1]])).toEqual(["done"]);
  });

  test("is a refusal as soon as one newer than the write is said", () => {
    expect(verdicts(before, [[900, "False", refusal, 2]])).toEqual(["refused"]);
  });

  test("is not a timeout of Helm while machines start", () => {
    expect(verdicts(before, [[900, "False", "Helm install failed: context deadline exceeded", 2]])).toEqual([
      "waiting",
    ]);
  });

  test("counts after a long time without a sign: the values may have been restored before a read", () => {
    expect(
      verdicts(before, [
        [119_000, "True", success(2), 1],
        [121_000, "True", success(2), 1],
      ]),
    ).toEqual(["waiting", "done"]);
  });

  test("is any result for an object that the write created", () => {
    expect(
      verdicts(unwritten(undefined, 0), [
        [0, undefined],
        [900, "Unknown"],
        [1_500, "True", success(1)],
      ]),
    ).toEqual(["waiting", "waiting", "done"]);
  });

  test("may be the release before, where an action was under way: then it must stand a while", () => {
    const busy = baselineOf(object("Unknown", "Running 'upgrade'", 1), 0, "spec");
    expect(
      verdicts(busy, [
        [900, "True", success(3), 2],
        [5_000, "True", success(3), 2],
        [11_000, "True", success(3), 2],
      ]),
    ).toEqual(["waiting", "waiting", "done"]);
  });

  test("is certain with the second release after it, however restless others are", () => {
    const busy = baselineOf(object("Unknown", "Running 'upgrade'", 1), 0, "spec");
    expect(
      verdicts(busy, [
        [900, "True", success(3), 2],
        [1_500, "Unknown", "Running 'upgrade'", 3],
        [2_500, "True", success(4), 4],
      ]),
    ).toEqual(["waiting", "waiting", "done"]);
  });
});

describe("a repaired cluster", () => {
  const broken = baselineOf(object("False", refusal, 1), 0, "spec");

  test("is stuck when nothing newer comes within a bound", () => {
    expect(
      verdicts(broken, [
        [5_000, "False", refusal, 1],
        [15_000, "False", refusal, 1],
      ]),
    ).toEqual(["waiting", "stuck"]);
  });

  test("is not refused by an attempt from before the repair, but by the second same message", () => {
    expect(
      verdicts(broken, [
        [900, "False", refusal, 2],
        [2_400, "Unknown", "Running", 3],
        [2_500, "False", refusal, 4],
      ]),
    ).toEqual(["waiting", "waiting", "refused"]);
  });

  test("is stuck, not refused, while the named part is in order, after any number of failures", () => {
    const trail = newTrail(broken);
    const judge = (at: number, second: number) =>
      judgeRelease(broken, trail, object("False", refusal, second).ready, at, limits, true).kind;
    expect([judge(900, 2), judge(2_400, 3), judge(17_400, 3)]).toEqual(["waiting", "waiting", "stuck"]);
  });

  test("is refused when its healing brings the same words again, and never healed twice", () => {
    expect(
      verdicts(reconciled(object("False", refusal, 1), 0), [
        [900, "False", refusal, 1],
        [90_000, "False", refusal, 1],
        [91_000, "False", refusal, 2],
      ]),
    ).toEqual(["waiting", "waiting", "refused"]);
  });
});
