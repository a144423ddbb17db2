import { describe, expect, test } from "vitest";
import { hikubeProvider } from "../../../src/provider.ts";
import { computed, optional, required, writeOnly } from "../../../src/schema/attribute.ts";
import type { PlainKind } from "../../../src/schema/declaration.ts";
import { dynamic, list, object, set, string } from "../../../src/schema/kind.ts";
import { dynamicType, listOf } from "../../../src/values/type.ts";
import { authorMistakes } from "../../support/author-mistakes.ts";

const doc = "Something.";

describe("the provider's own schemas", () => {
  const provider = hikubeProvider({});

  test("the provider block has no author's mistakes", () => {
    expect(authorMistakes(provider.schema, "provider")).toEqual([]);
  });

  const { resources, dataSources, ephemeralResources, listResources, actions } = provider;
  const kinds = { resources, dataSources, ephemeralResources, listResources, actions };
  const parts = Object.entries(kinds).flatMap(([kind, parts = []]) =>
    parts.map(({ type, definition }) => [kind, type, definition.schema] as const),
  );

  test.each(parts)("%s: %s has no author's mistakes", (_kind, _type, schema) => {
    expect(authorMistakes(schema)).toEqual([]);
  });
});

describe("author's mistakes that types cannot see", () => {
  test("names that the language keeps for itself are refused", () => {
    expect(authorMistakes({ count: optional(string, { doc }) })).toEqual([
      "count: the name is reserved by the language",
    ]);
    expect(authorMistakes({ alias: optional(string, { doc }) }, "provider")).toHaveLength(1);
  });

  test("an attribute without documentation is refused", () => {
    expect(authorMistakes({ a: optional(string, { doc: " " }) })).toEqual(["a: has no documentation"]);
  });

  test("a documentation that needs another attribute's is refused", () => {
    for (const text of ["Its name.", "Their ids, in the same order.", "The same as YAML.", "It is unique."])
      expect([text, authorMistakes({ a: optional(string, { doc: text }) })]).toEqual([
        text,
        ["a: the documentation cannot be read alone"],
      ]);
    expect(authorMistakes({ a: optional(string, { doc: "Items of the list." }) })).toEqual([]);
  });

  test("dynamic inside a collection is refused, because Terraform crashes on unlike elements", () => {
    const listOfAnything: PlainKind<unknown[]> = { plain: true, wire: listOf(dynamicType) };
    expect(authorMistakes({ a: optional(listOfAnything, { doc }) })).toHaveLength(1);
    expect(authorMistakes({ a: optional(list({ b: optional(dynamic, { doc }) }), { doc }) })).toEqual([
      "a.b: dynamic cannot stand in a nested collection",
    ]);
    expect(authorMistakes({ a: optional(object({ b: optional(dynamic, { doc }) }), { doc }) })).toEqual([]);
  });

  test("computed and write-only values cannot stand in a set", () => {
    expect(
      authorMistakes({ a: optional(set({ b: computed(string, { doc }), c: writeOnly(string, { doc }) }), { doc }) }),
    ).toHaveLength(2);
  });

  test("a provider block computes nothing and has no write-only values", () => {
    expect(authorMistakes({ a: computed(string, { doc }), b: writeOnly(string, { doc }) }, "provider")).toHaveLength(2);
  });

  test("names that HCL could not write are refused", () => {
    expect(authorMistakes({ "A-b": required(string, { doc }) })).toHaveLength(1);
  });
});

test("a default in a set and a write-only block are mistakes", () => {
  const inSet = { groups: optional(set({ name: optional(string, { default: "x", doc }) }), { doc }) };
  expect(authorMistakes(inSet)).toEqual([expect.stringMatching(/^groups\.name: a default cannot stand in a set/)]);
  const block = { login: writeOnly(object({ key: writeOnly(string, { doc }) }), { doc }) };
  expect(authorMistakes(block)).toEqual([expect.stringMatching(/^login: OpenTofu refuses/)]);
});
