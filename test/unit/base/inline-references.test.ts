import { expect, test } from "vitest";
import { inlineReferences } from "../../../src/base/inline-references.ts";

test("a reference becomes its definition; keys beside it override", () => {
  const definitions = {
    size: { type: "string", default: "a" },
    box: { properties: { size: { $ref: "#/definitions/size" } } },
  };
  const schema = { items: [{ $ref: "#/definitions/box" }], other: { $ref: "#/definitions/size", default: "b" } };
  expect(inlineReferences(schema, definitions)).toEqual({
    items: [{ properties: { size: { type: "string", default: "a" } } }],
    other: { type: "string", default: "b" },
  });
});

test("an unknown reference throws", () => {
  expect(() => inlineReferences({ $ref: "#/definitions/none" }, {})).toThrow("#/definitions/none");
});
