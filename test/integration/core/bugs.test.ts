import { describe, expect, test } from "vitest";
import { CoreError, isAbort, isTransient, rethrowBug } from "../../../src/core/core-error.ts";
import { explain } from "../../../src/hikube/shared/diagnostics.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

const bugs: readonly unknown[] = [
  new TypeError("Cannot read properties of undefined (reading 'length')"),
  new RangeError("Maximum call stack size exceeded"),
  new ReferenceError("x is not defined"),
  new Error("a plain error"),
  "a string",
];

describe("a bug", () => {
  test.each(bugs.map((bug) => [String(bug), bug] as const))("%s stays what it is", (_name, bug) => {
    expect(isTransient(bug)).toBe(false);
    expect(explain(bug)).toBeUndefined();
    const aborted = AbortSignal.abort(new Error("stopped"));
    for (const signal of [undefined, new AbortController().signal, aborted]) {
      expect(isAbort(bug, signal)).toBe(false);
      for (const map of [() => CoreError.from(bug, "working", signal), () => rethrowBug(bug, signal)]) {
        let thrown: unknown;
        try {
          map();
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toBe(bug);
      }
    }
  });

  test("is told from an abort, whatever the reason of that is", () => {
    const reason = new TypeError("the reason may be anything");
    const signal = AbortSignal.abort(reason);
    expect(CoreError.from(reason, "working", signal)).toMatchObject({ code: "Stopped" });
    expect(CoreError.from(new KubeError("Aborted", "x"), "working")).toMatchObject({ code: "Stopped" });
    expect(CoreError.from(AbortSignal.abort().reason, "working")).toMatchObject({ code: "Stopped" });
  });
});
