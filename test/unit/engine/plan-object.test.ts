import { describe, expect, test } from "vitest";
import { asObject, withAllKeys } from "../../../src/engine/nested.ts";
import { planObject, replacePaths } from "../../../src/engine/resource/plan-object.ts";
import { forgetUnknown, stateAfterApply } from "../../../src/engine/resource/state-after-apply.ts";
import { stateAfterRead } from "../../../src/engine/resource/state-after-read.ts";
import { computed, optional, optionalComputed, required, writeOnly } from "../../../src/schema/attribute.ts";
import { bool, int, list, map, object, set, string } from "../../../src/schema/kind.ts";
import { UNKNOWN, Unknown, type ValueObject } from "../../../src/values/value.ts";

const doc = "Something.";
const caseless = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const schema = {
  id: computed(string, { notNull: true, doc }),
  name: required(string, { requiresReplace: true, doc }),
  version: optionalComputed(string, { semanticEquals: caseless, doc }),
  size: optional(int, { default: 3, doc }),
  roles: optional(list(string), { doc }),
  labels: optional(map(string), { doc }),
  plane: optionalComputed(
    object({ replicas: optionalComputed(int, { doc }), preset: optionalComputed(string, { doc }) }),
    {
      doc,
    },
  ),
  secret: writeOnly(string, { doc }),
  ready: computed(bool, { doc }),
} as const;

const values = (partial: Record<string, unknown>): ValueObject => withAllKeys(schema, partial as Partial<ValueObject>);

const created = values({
  id: "x",
  name: "a",
  version: "V1",
  size: 3,
  plane: { replicas: 2, preset: "s" },
  ready: true,
});

describe("planning a create", () => {
  test("computed values are unknown, defaults are filled in, write-only values are null", () => {
    const plan = planObject(schema, values({ name: "a", secret: "s", plane: { replicas: 3 } }), null);
    expect(plan).toMatchObject({ name: "a", version: UNKNOWN, size: 3, secret: null, ready: UNKNOWN });
    expect(plan["id"]).toEqual(new Unknown({ notNull: true }));
    expect(plan["plane"]).toMatchObject({ replicas: 3, preset: UNKNOWN });
  });

  test("a default of the platform is planned", () => {
    const defaults = { version: "v9", plane: { replicas: 1, preset: "default" } } as unknown as ValueObject;
    expect(planObject(schema, values({ name: "a" }), null, { defaults })).toMatchObject({
      version: "v9",
      plane: { replicas: 1, preset: "default" },
    });
    expect(
      planObject(schema, values({ name: "a", plane: { replicas: 3 } }), null, { defaults })["plane"],
    ).toMatchObject({
      replicas: 3,
      preset: "default",
    });
  });

  test("an unknown configuration value stays unknown", () => {
    expect(planObject(schema, values({ name: UNKNOWN }), null)["name"]).toBe(UNKNOWN);
  });
});

describe("planning an update", () => {
  test("the same configuration plans the prior state", () => {
    expect(planObject(schema, values({ name: "a" }), created)).toEqual(created);
  });

  test("another spelling of the same meaning keeps the stored spelling", () => {
    expect(planObject(schema, values({ name: "a", version: "v1" }), created)["version"]).toBe("V1");
  });

  test("a change makes nothing else unknown", () => {
    const plan = planObject(schema, values({ name: "a", size: 4 }), created);
    expect(plan).toMatchObject({ id: "x", version: "V1", size: 4, ready: true });
    expect(plan["plane"]).toMatchObject({ replicas: 2, preset: "s" });
  });

  test("a block that is half configured keeps the other half as the platform has it", () => {
    const plan = planObject(schema, values({ name: "a", plane: { replicas: 5 } }), created);
    expect(plan["plane"]).toMatchObject({ replicas: 5, preset: "s" });
  });

  test("a released attribute shows the platform's default, the rest of its block stays", () => {
    const defaults = { version: "v9", plane: { replicas: 1, preset: "default" } } as unknown as ValueObject;
    const released = new Set(["version", "plane", "plane.replicas"]);
    const plan = planObject(schema, values({ name: "a" }), created, { defaults, released });
    expect(plan).toMatchObject({ version: "v9", plane: { replicas: 1, preset: "s" } });
  });

  test("a released attribute is unknown where the platform's default is not known", () => {
    const plan = planObject(schema, values({ name: "a" }), created, { released: new Set(["version"]) });
    expect(plan["version"]).toEqual(UNKNOWN);
  });

  test("only attributes that replace and did change are paths of replacement", () => {
    const plan = planObject(schema, values({ name: "b", size: 9 }), created);
    expect(replacePaths(schema, created, plan)).toEqual([[{ attribute: "name" }]]);
    expect(replacePaths(schema, created, created)).toEqual([]);
  });
});

describe("settling an apply", () => {
  test("a known planned value stays as planned, an unknown one is observed", () => {
    const planned = values({ name: "a", version: "V1", size: 3, id: UNKNOWN, ready: UNKNOWN, plane: UNKNOWN });
    const observed = values({ id: "x", name: "a", version: "v1.0", size: 3, ready: true, plane: { replicas: 2 } });
    expect(stateAfterApply(schema, planned, observed)).toEqual(
      values({ id: "x", name: "a", version: "V1", size: 3, ready: true, plane: { replicas: 2, preset: null } }),
    );
  });

  test("a failed apply stores null for what stayed unknown", () => {
    const state = asObject(forgetUnknown(values({ name: "a", id: UNKNOWN, plane: { replicas: UNKNOWN } })));
    expect(state["id"]).toBeNull();
    expect(asObject(state["plane"])["replicas"]).toBeNull();
  });
});

describe("folding a read into the state", () => {
  test("keys that the platform does not answer keep their stored value", () => {
    expect(stateAfterRead(schema, created, { ready: false }, false)).toMatchObject({ size: 3, ready: false });
  });

  test("an optional attribute that was never set stays unmanaged", () => {
    expect(stateAfterRead(schema, created, { labels: { a: "b" } }, false)["labels"]).toBeNull();
  });

  test("after an import everything that is there is wanted, and settings have their defaults", () => {
    const bare = values({ name: "a" });
    const folded = stateAfterRead(schema, bare, { labels: { a: "b" }, version: "v1" }, true);
    expect(folded["labels"]).toEqual({ a: "b" });
    expect(folded["size"]).toBe(3);
  });

  test("an empty list and no list mean the same to the platform, and the stored one stays", () => {
    expect(stateAfterRead(schema, values({ name: "a", roles: [] }), { roles: null }, false)["roles"]).toEqual([]);
  });

  test("drift of an own value shows", () => {
    const state = stateAfterRead(schema, values({ name: "a", roles: ["x"] }), { roles: ["y"], version: "v2" }, false);
    expect(state["roles"]).toEqual(["y"]);
    expect(state["version"]).toBe("v2");
  });
});

describe("a set of objects", () => {
  const groups = {
    groups: optional(set({ name: required(string, { doc }), note: optional(string, { doc }) }), { doc }),
  };
  const groupsOf = (...elements: Record<string, unknown>[]): ValueObject =>
    withAllKeys(groups, { groups: elements as unknown as ValueObject[] });

  test("keeps what others added to an element of it out of the state, in whatever order it is read", () => {
    const stored = groupsOf({ name: "a" }, { name: "b", note: "mine" });
    const live = groupsOf({ name: "b", note: "mine" }, { name: "a", note: "theirs" });
    expect(stateAfterRead(groups, stored, live, false)).toEqual(groupsOf({ name: "b", note: "mine" }, { name: "a" }));
  });
});

test("a write-only value never reaches the state, whatever was observed", () => {
  const login = {
    login: optionalComputed(object({ user: computed(string, { doc }), key: writeOnly(string, { doc }) }), { doc }),
  };
  const planned = withAllKeys(login, { login: UNKNOWN });
  const observed = withAllKeys(login, { login: { user: "u", key: "k" } });
  expect(asObject(stateAfterApply(login, planned, observed)["login"])).toEqual({ user: "u", key: null });
  expect(asObject(stateAfterRead(login, withAllKeys(login, {}), observed, true)["login"])).toEqual({
    user: "u",
    key: null,
  });
});
