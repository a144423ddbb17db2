import { describe, expect, test } from "vitest";
import { filtered, nameRegex, sortedBy } from "../../../src/hikube/shared/filters.ts";

const things = [
  { name: "Prod-a", ready: true, labels: { env: "prod", tier: "web" } },
  { name: "prod-b", ready: false, labels: { env: "prod" } },
  { name: "test", ready: true, labels: null },
];
const namesOf = (filters: Parameters<typeof filtered>[1]) => filtered(things, filters).map(({ name }) => name);
const { check } = nameRegex("things");

describe("filters", () => {
  test.each([
    ["nothing", {}, ["Prod-a", "prod-b", "test"]],
    ["nulls", { name_regex: null, ready: null, labels: null }, ["Prod-a", "prod-b", "test"]],
    ["a part of the name", { name_regex: "rod-" }, ["Prod-a", "prod-b"]],
    ["the whole name", { name_regex: "^test$" }, ["test"]],
    ["Go's flags", { name_regex: "(?i)^prod" }, ["Prod-a", "prod-b"]],
    ["an escape that Go allows", { name_regex: "prod\\-b" }, ["prod-b"]],
    ["readiness", { ready: false }, ["prod-b"]],
    ["labels, all of them", { labels: { env: "prod", tier: "web" } }, ["Prod-a"]],
    ["no labels", { labels: {} }, ["Prod-a", "prod-b", "test"]],
    ["a label of Object's own", { labels: { constructor: "x" } }, []],
    ["all filters", { name_regex: "prod", ready: true, labels: { env: "prod" } }, []],
  ])("by %s", (_, filters, names) => {
    expect(namesOf(filters)).toEqual(names);
  });

  test.each(["(", "[a", "a{2,1}", "(?i", "*"])("an invalid expression %j is refused with the reason", (text) => {
    const complaint = (check as (value: string) => string | undefined)(text);
    expect(complaint).toMatch(/^must be a regular expression; ".*" is not one: \w.*[^.]$/);
  });

  test("objects are sorted by their keys, one after another", () => {
    const groups = [
      ["prod-a", "x"],
      ["prod", "z"],
      ["prod", "a"],
    ];
    expect(sortedBy(groups, (keys) => keys)).toEqual([
      ["prod", "a"],
      ["prod", "z"],
      ["prod-a", "x"],
    ]);
  });
});
