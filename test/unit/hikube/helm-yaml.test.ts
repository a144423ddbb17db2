import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { valuesFromHcl, valuesFromYaml, yamlValues } from "../../../src/hikube/addon/values.ts";
import { yamlObject } from "../../../src/hikube/shared/checks.ts";
import {
  readHelmYaml,
  sameYaml,
  tryHelmYaml,
  writeHelmYaml,
  YamlError,
} from "../../../src/hikube/shared/yaml/helm-yaml.ts";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import { parseNumber } from "../../../src/values/number.ts";
import { Dynamic } from "../../../src/values/value.ts";
import fc from "../../support/fast-check.ts";
import vectors from "./helm-yaml-vectors.json" with { type: "json" };

const complaint = (text: string): string => {
  try {
    readHelmYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return error.message;
    throw error;
  }
  throw new Error(`expected a refusal of ${JSON.stringify(text)}`);
};

// What sigs.k8s.io/yaml 1.6 (go-yaml v2.4), which Helm and kubectl use, makes of each text: JSON, or null where it refuses it.
test.each(vectors as [string, string | null][])("%j reads as Helm and kubectl read it", (text, json) => {
  if (json === null) expect(complaint(text)).not.toBe("");
  else expect(readHelmYaml(text)).toEqual(withoutNegativeZero(JSON.parse(json)));
});

/** Go writes `-0`; JSON makes no difference. */
const withoutNegativeZero = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([
  ["a: 1\na: 2\n", 'duplicate key "a" in line 2, column 1'],
  ["a:\n  b: 1\n  b: 2\n", 'duplicate key "b" in line 3, column 3'],
  ["yes: 1\ntrue: 2\n", 'duplicate key "true" in line 2, column 1'],
  ["a: 1\n---\nb: 2\n", "several documents in line 2, column 1"],
  [".inf: 1\n", "this number cannot be a key; quote it in line 1, column 1"],
  ["1e300: 1\n", "this number cannot be a key; quote it in line 1, column 1"],
])("%j is refused although Helm reads it, because one of its values would be lost", (text, reason) => {
  expect(complaint(text)).toBe(reason);
});

test.each([
  ["a:\n\tb: 1\n", "line 2, column 1"],
  ["a: [b\n", "line 2, column 1"],
  ["a: b: c\n", "line 1, column 4"],
  ["a: 1\n b: 2\n", "line 1, column 4"],
  ["x: 1\na: *nope\n", "unknown anchor in line 2, column 4"],
  ["a: &x [*x]\n", "an anchor contains itself in line 1, column 8"],
  ["? [a]\n: b\n", "a mapping or list cannot be a key in line 1, column 3"],
  ["b:\n  <<: 1\n", "a merge key `<<` needs a mapping or a list of mappings in line 2, column 7"],
])("the refusal of %j says where and why", (text, words) => {
  expect(complaint(text)).toContain(words);
  expect(yamlObject(text)).toMatch(/^is not valid YAML: .* in line \d+, column \d+$/);
});

test("a refusal quotes no value", () => {
  const refused = (vectors as [string, string | null][]).filter(([, json]) => json === null);
  for (const [text] of refused) {
    for (const document of [`password: hunter2\n${text}`, text.replace(/(?<=[:[{ "'`@%])[b-x]\b(?!:)/g, "hunter2")]) {
      expect(yamlObject(document) ?? "").not.toContain("hunter2");
    }
  }
  expect(yamlObject("a: hunter2: hunter2\n")).toContain("is not valid YAML");
});

const numbers = [
  "0",
  "-0",
  "1",
  "9007199254740991",
  "9007199254740992",
  "9007199254740993",
  "9223372036854775807",
  "18446744073709551616",
  "123456789012345678901234567890",
  "1e21",
  "1e22",
  "1e400",
  "-1e400",
  "1e-400",
  "0.1",
  "1.5",
  "1e308",
  "5e-324",
  "1e-7",
];

test.each(numbers)("%s means the same in `values` and in `values_yaml`: exact, or refused with the path", (digits) => {
  let hcl: unknown;
  try {
    const value = new Dynamic({ kind: "object", attributes: { a: { kind: "number" } } }, { a: parseNumber(digits) });
    hcl = valuesFromHcl(value);
  } catch (error) {
    hcl = (error as Error).message;
  }
  if (typeof hcl === "string") {
    expect(hcl).toContain("a: ");
    expect(complaint(`a: ${digits}\n`)).toBe(
      "a: the number cannot be stored exactly as JSON; write it as a string in line 1, column 4",
    );
  } else {
    expect(valuesFromYaml(`a: ${digits}\n`)).toEqual(hcl);
  }
});

test.each([".inf", "-.Inf", ".nan", "0xFFFFFFFFFFFFFFFF", "0777777777777777777777"])(
  "%s has no JSON number and is refused",
  (text) => {
    expect(complaint(`velero:\n  list: [{ huge: ${text} }]\n`)).toMatch(
      /^velero\.list\[0\]\.huge: the number cannot be stored exactly .* in line 2, column 18$/,
    );
  },
);

test("aliases cannot blow up memory", () => {
  const levels = Array.from({ length: 30 }, (_, level) => `l${level + 1}: &l${level + 1} [*l${level}, *l${level}]`);
  expect(complaint(`l0: &l0 [1]\n${levels.join("\n")}\n`)).toContain("too many values through aliases");
  expect(complaint(`a: ${"[".repeat(100_000)}`)).not.toBe("");
  expect(complaint(`a: ${"[".repeat(300)}${"]".repeat(300)}\n`)).toContain("nested too deeply");
});

test("two texts are the same when Helm reads them as the same", () => {
  expect(sameYaml("a: yes\nb: 0644\n", "b: 420\na: true\n")).toBe(true);
  expect(sameYaml("a: &x {b: 1}\nc: {<<: *x}\n", "a: {b: 1}\nc: {b: 1}\n")).toBe(true);
  expect(sameYaml("a: 'yes'\n", "a: yes\n")).toBe(false);
  expect(sameYaml("a: [\n", "b: [\n")).toBe(false);
});

const json = fc.object({
  key: fc.oneof(fc.string(), fc.constantFrom("yes", "1", "0o17", "<<", "~", "1e3", "__proto__")),
  values: [
    fc.string(),
    fc.constantFrom("no", "0644", "0o17", "1_0", "1:30", ".inf", "<<", "y", "2001-12-14", "= ", "\u2028"),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  ],
});

test("written YAML is read back unchanged", () => {
  fc.assert(
    fc.property(json, (object) => {
      const values = JSON.parse(JSON.stringify(object)) as JsonObject;
      expect(tryHelmYaml(writeHelmYaml(values))).toEqual(values);
    }),
  );
});

test("a value that others changed is written back so that Helm reads it", () => {
  expect(readHelmYaml(yamlValues("a: { b: maybe }\n", { a: { b: "yes" } }, false) ?? "")).toEqual({ a: { b: "yes" } });
  expect(yamlValues("a: { b: 0644 }\n", { a: { b: 420 } }, false)).toBe("a: { b: 0644 }\n");
  expect(dynamicFromJson({ a: 420 })).not.toBeNull();
});
