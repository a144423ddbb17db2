import { expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import { checkAttributes, validateConfig } from "../../../src/engine/check-config.ts";
import { Diagnostics } from "../../../src/engine/diagnostic.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import { withAllKeys } from "../../../src/engine/nested.ts";
import { optional, writeOnly } from "../../../src/schema/attribute.ts";
import { atLeast, notEmpty } from "../../../src/schema/check.ts";
import { int, list, map, object, set, string } from "../../../src/schema/kind.ts";
import { formatPath } from "../../../src/values/path.ts";
import { Decimal, UNKNOWN, type ValueObject } from "../../../src/values/value.ts";

const doc = "Something.";
const schema = {
  count_of: optional(int, { check: atLeast(1), doc }),
  names: optional(list(string), { doc }),
  tags: optional(set(string), { doc }),
  labels: optional(map(string), { doc }),
  rules: optional(list({ text: optional(string, { check: notEmpty, doc }) }), { doc }),
  groups: optional(set({ text: optional(string, { check: notEmpty, doc }) }), { doc }),
  login: optional(object({ password: writeOnly(string, { doc }) }), { doc }),
} as const;

const config = (written: Record<string, unknown>): ValueObject => withAllKeys(schema, written as Partial<ValueObject>);

const complaints = (written: Record<string, unknown>): string[] => {
  const diagnostics = new Diagnostics();
  checkAttributes(schema, config(written), diagnostics);
  return diagnostics.list.map(({ path, detail }) => `${formatPath(path ?? [])}: ${detail}`);
};

test("a number that is not whole, too large or endless is refused where a whole one is wanted", () => {
  for (const value of [new Decimal("1.5"), new Decimal("9007199254740993"), Number.POSITIVE_INFINITY]) {
    expect(complaints({ count_of: value })).toEqual([expect.stringContaining("whole number")]);
  }
});

test("null inside of a collection is refused at its place", () => {
  expect(complaints({ names: ["a", null] })).toEqual(["names[1]: `names[1]` must not be null."]);
  expect(complaints({ labels: { "a/b": null } })).toEqual(['labels["a/b"]: `labels["a/b"]` must not be null.']);
  expect(complaints({ tags: [null] })).toEqual(["tags: `tags` must not be null."]);
});

test("an unknown value has no finding", () => {
  expect(
    complaints({ count_of: UNKNOWN, names: [UNKNOWN], labels: UNKNOWN, rules: [UNKNOWN, { text: UNKNOWN }] }),
  ).toEqual([]);
});

test("a complaint inside of a list has an index, inside of a set it stops at the set", () => {
  expect(complaints({ rules: [{ text: "a" }, { text: "" }] })).toEqual([expect.stringMatching(/^rules\[1\]\.text: /)]);
  expect(complaints({ groups: [{ text: "" }] })).toEqual([expect.stringMatching(/^groups: `groups\.text` /)]);
});

test("a write-only value inside of a block is refused as well where the client would keep it", async () => {
  const ask = (writeOnlyAllowed: boolean) =>
    validateConfig(
      createEngine({ explain: () => undefined }, noLog),
      { schema },
      config({ login: { password: "x" } }),
      {
        writeOnlyAllowed,
      },
    );
  expect((await ask(true)).list).toEqual([]);
  expect((await ask(false)).list.map(({ path }) => formatPath(path ?? []))).toEqual(["login.password"]);
});
