import { describe, expect, test } from "vitest";
import { addonSchema } from "../../../src/hikube/addon/schema.ts";
import { clusterSchema } from "../../../src/hikube/cluster/schema.ts";
import { nodegroupSchema } from "../../../src/hikube/node-group/schema.ts";
import { attributePathOf, camelCase, expand, flatten, snakeCase } from "../../../src/hikube/shared/expand-flatten.ts";
import type { Attributes } from "../../../src/schema/declaration.ts";
import { formatPath } from "../../../src/values/path.ts";
import fc from "../../support/fast-check.ts";
import { anyConfig } from "../../support/values/any-schema.ts";

const schemas: [string, Attributes][] = [
  ["hikube_cluster", clusterSchema],
  ["hikube_nodegroup", nodegroupSchema],
  ["hikube_addon", addonSchema],
];

/** Every path of attributes, down to the leaves. */
const pathsOf = (attributes: Attributes, prefix: readonly string[] = []): string[][] =>
  Object.entries(attributes).flatMap(([name, { kind }]) => [
    [...prefix, name],
    ...(kind.plain || kind.nesting !== "single" ? [] : pathsOf(kind.attributes, [...prefix, name])),
  ]);

describe.each(schemas)("the way between %s and the library", (_type, schema) => {
  test("leads back to every value it came from", () => {
    fc.assert(
      fc.property(anyConfig(schema, false), (config) => {
        expect(flatten(schema, expand(schema, config))).toEqual(config);
      }),
      { numRuns: 200 },
    );
  });

  test("is the same way for the path of every attribute", () => {
    for (const path of pathsOf(schema)) {
      expect(formatPath(attributePathOf(schema, path.map(camelCase)))).toBe(path.join("."));
      for (const name of path) expect(snakeCase(camelCase(name))).toBe(name);
    }
  });

  test("ends where the library names something that the resource does not have", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 3 }), (path) => {
        const found = attributePathOf(schema, path);
        expect(found.length).toBeLessThanOrEqual(path.length);
      }),
    );
  });
});
