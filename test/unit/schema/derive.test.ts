import { expect, expectTypeOf, test } from "vitest";
import { computed, optional, optionalComputed, required, writeOnly } from "../../../src/schema/attribute.ts";
import { oneOf } from "../../../src/schema/check.ts";
import { observed, settable } from "../../../src/schema/derive.ts";
import { int, list, object, string, wireType } from "../../../src/schema/kind.ts";
import type { State } from "../../../src/schema/shape.ts";

const resource = {
  id: computed(string, { notNull: true, doc: "The id." }),
  name: required(string, {
    requiresReplace: true,
    check: oneOf("a", "b"),
    doc: "Name, e.g. `a`. Changing it replaces the thing.",
  }),
  size: optionalComputed(
    object({ cpu: required(string, { doc: "CPUs." }), disk: optionalComputed(int, { doc: "GiB." }) }),
    {
      doc: "Size.",
    },
  ),
  parts: optional(list({ key: required(string, { sensitive: true, doc: "Key." }) }), {
    doc: "Parts. Default: none.",
  }),
  secret: writeOnly(string, { doc: "Secret." }),
  timeouts: optional(string, { providerOnly: true, doc: "Time." }),
  version: optional(int, { doc: "Version." }),
} as const;

test("observed attributes are computed at every level, without what only concerns managing", () => {
  const derived = observed(resource, { without: ["version"], docs: { size: "Size as it is." } });
  expect(Object.keys(derived)).toEqual(["id", "name", "size", "parts"]);
  expect(Object.values(derived).map(({ mode }) => mode)).toEqual(["computed", "computed", "computed", "computed"]);
  expect(derived.size.kind.attributes.cpu.mode).toBe("computed");
  expect(derived.parts.kind.attributes.key).toMatchObject({ mode: "computed", sensitive: true });
  expect(derived.id.notNull).toBe(true);
  expect([derived.name.doc, derived.size.doc, derived.parts.doc]).toEqual([
    "Name, e.g. `a`.",
    "Size as it is.",
    "Parts.",
  ]);
  expect(wireType(derived.size.kind)).toEqual(wireType(resource.size.kind));
  expectTypeOf<{ cpu: string | null; disk: number | null } | null>().toExtend<State<typeof derived>["size"]>();
  expectTypeOf<{ cpu: number; disk: null }>().not.toExtend<State<typeof derived>["size"]>();
  expectTypeOf<"version">().not.toExtend<keyof typeof derived>();
});

test("settable attributes keep their checks, and what the platform fills in is optional", () => {
  const derived = settable({ name: resource.name, size: resource.size, parts: resource.parts });
  expect(Object.values(derived).map(({ mode }) => mode)).toEqual(["required", "optional", "optional"]);
  expect(derived.size.kind.attributes.cpu.mode).toBe("required");
  expect(derived.size.kind.attributes.disk.mode).toBe("optional");
  expect(derived.name).toMatchObject({ check: resource.name.check, requiresReplace: false });
});
