import { expectTypeOf, test } from "vitest";
import type { Domain } from "../../../src/hikube/shared/expand-flatten.ts";
import { computed, optional, optionalComputed, required, writeOnly } from "../../../src/schema/attribute.ts";
import { atLeast, oneOf } from "../../../src/schema/check.ts";
import { bool, dynamic, int, list, map, object, string } from "../../../src/schema/kind.ts";
import type { Config, Known, Plan, State } from "../../../src/schema/shape.ts";
import type { Dynamic, Unknown } from "../../../src/values/value.ts";

const doc = "Something.";

const schema = {
  id: computed(string, { notNull: true, doc }),
  name: required(string, { requiresReplace: true, doc }),
  size: optionalComputed(int, { doc }),
  labels: optional(map(string), { doc }),
  gpus: optional(list({ name: required(string, { doc }) }), { doc }),
  plane: optionalComputed(object({ replica_count: optionalComputed(int, { doc }) }), { doc }),
  secret: writeOnly(dynamic, { doc }),
} as const;

test("a configuration knows which attributes may be null or unknown", () => {
  expectTypeOf<Config<typeof schema>["id"]>().toEqualTypeOf<null>();
  expectTypeOf<Config<typeof schema>["name"]>().toEqualTypeOf<string | Unknown>();
  expectTypeOf<Config<typeof schema>["size"]>().toEqualTypeOf<number | Unknown | null>();
});

test("a configuration at apply is wholly known", () => {
  expectTypeOf<Known<typeof schema>["name"]>().toEqualTypeOf<string>();
  expectTypeOf<Known<typeof schema>["labels"]>().toEqualTypeOf<Record<string, string> | null>();
  expectTypeOf<Known<typeof schema>["secret"]>().toEqualTypeOf<Dynamic | null>();
});

test("a state never holds a write-only value", () => {
  expectTypeOf<State<typeof schema>["secret"]>().toEqualTypeOf<null>();
  expectTypeOf<Plan<typeof schema>["secret"]>().toEqualTypeOf<null>();
  expectTypeOf<NonNullable<State<typeof schema>["gpus"]>[number]["name"]>().toEqualTypeOf<string>();
});

test("the library's words follow from the attribute names", () => {
  expectTypeOf<Domain<typeof schema>["name"]>().toEqualTypeOf<string>();
  expectTypeOf<Domain<typeof schema>["plane"]>().toExtend<{ replicaCount?: number } | undefined>();
});

test("illegal mixes do not compile", () => {
  // @ts-expect-error a computed attribute has no check: only the provider sets it
  computed(string, { doc, check: oneOf("a") });
  // @ts-expect-error a computed attribute has no default
  computed(bool, { doc, default: true });
  // @ts-expect-error a required attribute has no default
  required(string, { doc, default: "a" });
  // @ts-expect-error a default has the type of its attribute
  optional(int, { doc, default: "ten" });
  // @ts-expect-error a check has the type of its attribute
  optional(string, { doc, check: atLeast(1) });
  // @ts-expect-error a write-only value cannot replace anything: it is in no state to compare with
  writeOnly(string, { doc, requiresReplace: true });
  // @ts-expect-error every attribute is documented
  optional(string, {});
});
