import { describe, expect, test } from "vitest";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import { boolType, dynamicType, listOf, numberType, setOf, stringType } from "../../../src/values/type.ts";
import { UNKNOWN, type ValueObject } from "../../../src/values/value.ts";
import { pathExists, planProblems, proposedNew, resultProblems } from "../../support/terraform-core/core-rules.ts";
import {
  type CoreAttribute,
  type CoreSchema,
  configOf,
  impliedType,
} from "../../support/terraform-core/core-schema.ts";

// The rules are what everything else is held against: each must be able to complain.

const flags = { required: false, optional: false, computed: false, sensitive: false, writeOnly: false };
const attribute = (partial: Partial<CoreAttribute>): CoreAttribute => ({ ...flags, type: stringType, ...partial });
const inner: CoreSchema = {
  cpu: attribute({ optional: true }),
  preset: attribute({ optional: true, computed: true }),
};
const schema: CoreSchema = {
  id: attribute({ computed: true }),
  name: attribute({ required: true }),
  size: attribute({ optional: true, computed: true, type: numberType }),
  on: attribute({ optional: true, type: boolType }),
  roles: attribute({ optional: true, type: setOf(stringType) }),
  values: attribute({ optional: true, type: dynamicType }),
  secret: attribute({ optional: true, writeOnly: true, sensitive: true }),
  plane: attribute({
    optional: true,
    computed: true,
    type: impliedType(inner),
    nested: { nesting: "single", attributes: inner },
  }),
  gpus: attribute({
    optional: true,
    type: listOf(impliedType(inner)),
    nested: { nesting: "list", attributes: inner },
  }),
};
const object = (partial: Record<string, unknown>): ValueObject => configOf(schema, { name: "a", ...partial });

describe("the proposed new state", () => {
  test("takes what is configured, and the prior value where only the provider knows", () => {
    const prior = object({ id: "x", size: 2, on: true, plane: { preset: "s" } });
    expect(proposedNew(schema, prior, object({ name: "b" }))).toEqual(
      object({ name: "b", id: "x", size: 2, plane: { preset: "s" } }),
    );
  });

  test("drops a block that only a configuration can have set", () => {
    expect(proposedNew(schema, object({ plane: { cpu: "1" } }), object({}))["plane"]).toBeNull();
  });

  test("matches elements of a list by their place", () => {
    const prior = object({ gpus: [{ cpu: "1", preset: "s" }] });
    const config = object({ gpus: [{ cpu: "2" }, { cpu: "3" }] });
    expect(proposedNew(schema, prior, config)["gpus"]).toMatchObject([
      { cpu: "2", preset: "s" },
      { cpu: "3", preset: null },
    ]);
  });
});

describe("a plan", () => {
  const problems = (
    config: Record<string, unknown>,
    planned: Record<string, unknown>,
    prior?: Record<string, unknown>,
  ): string[] => planProblems(schema, prior === undefined ? null : object(prior), object(config), object(planned));

  test.each([
    ["what the configuration says", { size: 1 }, { id: UNKNOWN, size: 1, plane: UNKNOWN }],
    ["a default of the provider", {}, { size: 3 }],
    ["an unknown as it is", { on: UNKNOWN }, { on: UNKNOWN }],
    ["a block half filled by the provider", { plane: { cpu: "1" } }, { plane: { cpu: "1", preset: UNKNOWN } }],
    ["no write-only value", { secret: "x" }, {}],
  ])("may hold %s", (_what, config, planned) => {
    expect(problems(config, planned)).toEqual([]);
  });

  test("may keep the prior spelling of what is configured, but not of what no longer is", () => {
    expect(problems({ name: "A" }, { name: "a" }, { name: "a" })).toEqual([]);
    expect(problems({}, { on: true }, { on: true })).toHaveLength(1);
  });

  test.each([
    ["another value than the configured one", { size: 1 }, { size: 2 }],
    ["a value for an optional attribute that is not set", {}, { on: false }],
    ["a value for what is not known yet", { on: UNKNOWN }, { on: true }],
    ["an unknown for what is configured", { plane: { cpu: "1" } }, { plane: UNKNOWN }],
    ["nothing for what is configured", { plane: { cpu: "1" } }, { plane: null }],
    ["another element of a list", { gpus: [{ cpu: "1" }] }, { gpus: [{ cpu: "2" }] }],
    ["one element more", { gpus: [{ cpu: "1" }] }, { gpus: [{ cpu: "1" }, { cpu: "1" }] }],
    ["a write-only value", { secret: "x" }, { secret: "x" }],
    ["a set with another element", { roles: ["a"] }, { roles: ["b"] }],
    ["a value of the wrong type", {}, { size: "three" }],
  ])("may not hold %s", (_what, config, planned) => {
    expect(problems(config, planned)).toHaveLength(1);
  });

  test("is there exactly when the configuration is", () => {
    expect(planProblems(schema, object({}), null, object({}))).toHaveLength(1);
    expect(planProblems(schema, null, object({}), null)).toHaveLength(1);
    expect(planProblems(schema, object({}), null, null)).toEqual([]);
  });
});

describe("a result", () => {
  const problems = (planned: Record<string, unknown>, actual: Record<string, unknown>): string[] =>
    resultProblems(schema, object(planned), object(actual));

  test.each([
    ["is what was planned", { size: 1 }, { size: 1 }],
    ["fills in what was unknown", { id: UNKNOWN, plane: { preset: UNKNOWN } }, { id: "x", plane: { preset: null } }],
    ["lets unknown elements of a set collapse", { roles: ["a", UNKNOWN] }, { roles: ["a"] }],
    ["knows a set without order", { roles: ["a", "b"] }, { roles: ["b", "a"] }],
  ])("%s", (_what, planned, actual) => {
    expect(problems(planned, actual)).toEqual([]);
  });

  test.each([
    ["changes a planned value", { size: 1 }, { size: 2 }],
    ["fills in what was planned as nothing", {}, { on: true }],
    ["forgets what was planned", { on: true }, {}],
    ["keeps an unknown", { id: UNKNOWN }, { id: UNKNOWN }],
    ["lets a set grow", { roles: ["a"] }, { roles: ["a", "b"] }],
    ["replaces an element of a set", { roles: ["a"] }, { roles: ["b"] }],
    ["loses an element of a list", { gpus: [{ cpu: "1" }] }, { gpus: [] }],
    ["shows a secret", {}, { secret: "x" }],
    [
      "changes the type of a free value",
      { values: dynamicFromJson({ a: 1 }) },
      { values: dynamicFromJson({ a: "1" }) },
    ],
  ])("is refused when it %s", (_what, planned, actual) => {
    expect(problems(planned, actual).length).toBeGreaterThan(0);
  });
});

test("a path exists where the schema has such an attribute", () => {
  expect(pathExists(schema, [{ attribute: "gpus" }, { index: 0 }, { attribute: "cpu" }])).toBe(true);
  expect(pathExists(schema, [{ attribute: "values" }, { key: "anything" }])).toBe(true);
  expect(pathExists(schema, [{ attribute: "plane" }, { attribute: "preset" }])).toBe(true);
  for (const path of [
    [{ attribute: "nothing" }],
    [{ attribute: "plane" }, { attribute: "nothing" }],
    [{ attribute: "gpus" }, { key: "0" }],
    [{ attribute: "roles" }, { index: 0 }],
    [{ attribute: "name" }, { attribute: "x" }],
  ]) {
    expect(pathExists(schema, path)).toBe(false);
  }
});
