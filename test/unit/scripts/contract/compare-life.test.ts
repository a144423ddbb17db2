import { describe, expect, test } from "vitest";
import { compareStates, fleetingReason } from "../../../../scripts/contract/compare-life.ts";
import { type State, sequences } from "../../../../scripts/contract/life-states.ts";

const object = "Kubernetes/life";
const states = (...moments: readonly (readonly [t: number, ready: string, more?: object])[]) =>
  sequences(
    moments.map(
      ([t, ready, more]): State => ({
        object,
        t,
        scenario: "s",
        now: { version: "v1", resourceVersion: String(t), status: { ready }, ...more },
      }),
    ),
  ).get(object) ?? [];
const unexcused = (result: ReturnType<typeof compareStates>) =>
  result.missing.filter(({ reason }) => reason === undefined).map(({ side, state }) => `${side} ${state.t}`);

describe("the comparison of two lives", () => {
  test("times and versions alone make no new state", () => {
    expect(states([0, "a"], [1, "a"], [2, "b"]).map(({ stood }) => stood)).toEqual([2, Number.POSITIVE_INFINITY]);
  });

  test("a state that stood long and is missing is a difference, on either side", () => {
    const long = states([0, "a"], [1, "b"], [3, "c"]);
    const short = states([0, "a"], [3, "c"]);
    expect(unexcused(compareStates(long, short, 0.3))).toEqual(["sandbox 1"]);
    expect(unexcused(compareStates(short, long, 0.3))).toEqual(["recorded 1"]);
    expect(compareStates(long, long, 0.3)).toEqual({ equal: 3, missing: [] });
  });

  test("a fleeting state may be missing, and so may the return to what was before it", () => {
    const retried = states([0, "failed"], [2, "trying"], [2.1, "failed"]);
    const quiet = states([0, "failed"]);
    const { equal, missing } = compareStates(quiet, retried, 0.3);
    expect(equal).toBe(1);
    expect(missing.map(({ reason }) => reason)).toEqual([fleetingReason, expect.stringContaining("return")]);
  });

  test("a fleeting state does not excuse what is new after it", () => {
    const moved = states([0, "failed"], [2, "trying"], [2.1, "ready"]);
    expect(unexcused(compareStates(states([0, "failed"]), moved, 0.3))).toEqual(["recorded 2.1"]);
  });

  test("another text at the same place is a difference on both sides", () => {
    const ours = states([0, "a"], [1, "ready v2"]);
    const theirs = states([0, "a"], [1, "ready v3"]);
    expect(unexcused(compareStates(ours, theirs, 0.3)).sort()).toEqual(["recorded 1", "sandbox 1"]);
  });
});
