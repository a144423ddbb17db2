import { beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { mergeTyped } from "../../../src/sandbox/patch/apply.ts";
import {
  changedFields,
  fieldsOf,
  parseFieldSet,
  pathsOf,
  printFieldSet,
} from "../../../src/sandbox/patch/field-set.ts";
import { strategicMerge } from "../../../src/sandbox/patch/strategic-merge.ts";
import { loadDefinitions } from "../../../src/sandbox/schema/definitions.ts";
import { definitionType, type SchemaType } from "../../../src/sandbox/schema/schema-type.ts";

let podSpec: SchemaType | undefined;
let deploymentSpec: SchemaType | undefined;

beforeAll(async () => {
  const definitions = await loadDefinitions();
  podSpec = definitionType(definitions, "io.k8s.api.core.v1.PodSpec");
  deploymentSpec = definitionType(definitions, "io.k8s.api.apps.v1.DeploymentSpec");
});

describe("strategic merge", () => {
  const two = [
    { name: "a", image: "1" },
    { name: "b", image: "1" },
  ];

  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      "merges items by key",
      { containers: two },
      { containers: [{ name: "b", image: "2" }] },
      { containers: [two[0] ?? {}, { name: "b", image: "2" }] },
    ],
    [
      "removes an item",
      { containers: two },
      { containers: [{ name: "a", $patch: "delete" }] },
      { containers: [two[1] ?? {}] },
    ],
    [
      "replaces a list",
      { containers: two },
      { containers: [{ $patch: "replace" }, { name: "c" }] },
      { containers: [{ name: "c" }] },
    ],
    [
      "orders items",
      { containers: two },
      { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
      { containers: [...two].reverse() },
    ],
    [
      "replaces an atomic list",
      { containers: [{ name: "a", args: ["x", "y"] }] },
      { containers: [{ name: "a", args: ["z"] }] },
      { containers: [{ name: "a", args: ["z"] }] },
    ],
    ["removes a key with null", { hostNetwork: true, nodeName: "n" }, { hostNetwork: null }, { nodeName: "n" }],
    [
      "retains the named keys",
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/" } }] },
      { volumes: [{ name: "v", hostPath: { path: "/" } }] },
    ],
  ])("%s", (_, target, patch, result) => {
    expect(strategicMerge(target, patch, podSpec)).toEqual(result);
  });

  test("merges and reduces lists of primitives", async () => {
    const definitions = await loadDefinitions();
    const meta = definitionType(definitions, "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    expect(strategicMerge({ finalizers: ["a", "b"] }, { finalizers: ["c"] }, meta)).toEqual({
      finalizers: ["a", "b", "c"],
    });
    const patch = { "$deleteFromPrimitiveList/finalizers": ["a"] };
    expect(strategicMerge({ finalizers: ["a", "b"] }, patch, meta)).toEqual({ finalizers: ["b"] });
  });

  test("refuses an item without its merge key", () => {
    expect(() => strategicMerge({}, { containers: [{ image: "x" }] }, podSpec)).toThrow(
      "does not contain declared merge key: name",
    );
  });
});

describe("field sets", () => {
  const value: Json = {
    containers: [{ name: "web", ports: [{ containerPort: 80 }], args: ["a"] }],
    nodeSelector: { disk: "ssd" },
  };

  test("name list items by their keys with defaults, and atomic lists as one", () => {
    expect(pathsOf(fieldsOf(value, podSpec))).toEqual([
      '.containers[name="web"]',
      '.containers[name="web"].name',
      '.containers[name="web"].ports[containerPort=80,protocol="TCP"]',
      '.containers[name="web"].ports[containerPort=80,protocol="TCP"].containerPort',
      '.containers[name="web"].args',
      ".nodeSelector",
    ]);
  });

  test("survive being printed and parsed", () => {
    const printed = printFieldSet(fieldsOf(value, podSpec));
    expect(printFieldSet(parseFieldSet(printed))).toEqual(printed);
  });

  test.each<[string, JsonObject, string[]]>([
    ["nothing", value as JsonObject, []],
    ["a member", { ...(value as JsonObject), nodeName: "n" }, [".nodeName"]],
    [
      "an item",
      { containers: [{ name: "web", ports: [{ containerPort: 80 }], args: ["b"] }] },
      ['.containers[name="web"].args'],
    ],
  ])("of a change name what changed: %s", (_, changed, paths) => {
    expect(pathsOf(changedFields(value, changed, podSpec))).toEqual(paths);
  });
});

test("a typed merge keeps items of others in their place", () => {
  const item = (name: string) => ({ name, image: name });
  const below = { template: { spec: { containers: ["a", "b", "c"].map(item) } } };
  const above = { template: { spec: { containers: [{ name: "c", image: "x" }, item("d")] } } };
  const merged = mergeTyped(below, above, deploymentSpec) as { template: { spec: { containers: JsonObject[] } } };
  expect(merged.template.spec.containers.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
});
