import { expect, test } from "vitest";
import { hclValues, yamlValues } from "../../../src/hikube/addon/values.ts";
import { Dynamic } from "../../../src/values/value.ts";

// Terraform holds texts in Unicode NFC; others may have written them otherwise.
const live = { "L\u0327": { "e\u0301": "a\u0308", n: 1e19 } };

test("values that differ from the stored ones only in their Unicode form are no drift", () => {
  const imported = hclValues(null, live, true);
  expect(imported).toBeInstanceOf(Dynamic);
  expect(hclValues(imported, live, false)).toBe(imported);
  const yaml = yamlValues(null, live, true)?.normalize("NFC") ?? "";
  expect(yamlValues(yaml, live, false)).toBe(yaml);
  expect(hclValues(imported, { "L\u0327": {} }, false)).not.toBe(imported);
});
