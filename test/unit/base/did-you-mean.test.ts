import { expect, test } from "vitest";
import { didYouMean, durationMeant, got, nearest } from "../../../src/base/did-you-mean.ts";
import fc from "../../support/fast-check.ts";

const types = ["u1.2xlarge", "u1.4xlarge", "u1.large", "u1.xlarge", "m1.large"];

test.each([
  ["u1.xxlarge", types, ["u1.xlarge", "u1.2xlarge"]],
  ["U1.Large", types, ["u1.large"]],
  ["u1.lagre", types, ["u1.large"]],
  ["L40S", ["nvidia.com/AD102GL_L40S", "nvidia.com/H100_94GB"], ["nvidia.com/AD102GL_L40S"]],
  ["xlarge", types, []],
  ["z9", types, []],
  ["", types, []],
  ["a", ["on", "of"], []],
  ["certmanager", ["cert-manager", "velero"], ["cert-manager"]],
  ["x".repeat(10_000), types, []],
])("%j has these nearest candidates", (text, candidates, expected) => {
  expect(nearest(text, candidates)).toEqual(expected);
});

test("nearest always finds one mistake in a name that is long enough", () => {
  const mistake = fc.record({ at: fc.nat(15), kind: fc.constantFrom("drop", "add", "swap", "change") });
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{6,15}$/), mistake, (name, { at, kind }) => {
      const index = at % (name.length - 1);
      const [before, after] = [name.slice(0, index), name.slice(index + 1)];
      const typed = {
        drop: before + after,
        add: `${before}-${name.slice(index)}`,
        swap: `${before}${after[0]}${name[index]}${after.slice(1)}`,
        change: `${before}-${after}`,
      }[kind];
      expect(nearest(typed, [name, "something-else-entirely"])).toEqual([name]);
    }),
  );
});

test("didYouMean names the candidates; got truncates a long value", () => {
  expect(didYouMean("redy", ["ready", "accepted"])).toBe(" Did you mean `ready`?");
  expect(didYouMean("zzz", ["ready"])).toBe("");
  expect(got("a".repeat(100))).toBe(`got "${"a".repeat(80)}…"`);
});

test.each([
  ["10 minutes", "10m"],
  ["1 Hour", "1h"],
  ["90sec", "90s"],
  ["10m", "10m"],
  ["soon", undefined],
  ["1d", undefined],
])("%s as a duration is %s", (text, meant) => {
  expect(durationMeant(text)).toBe(meant);
});
