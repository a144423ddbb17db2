import { describe, expect, test } from "vitest";
import { labelOf, uniqueLabels } from "../../../../src/cli/export/labels.ts";

const labels = (...names: string[][]) => [...uniqueLabels(names, (parts) => parts).values()];

describe("labels of an export", () => {
  test("are names of HCL", () => {
    expect(["prod-eu", "1st", "a.b/c", "x"].map(labelOf)).toEqual(["prod_eu", "_1st", "a_b_c", "x"]);
  });

  test("depend on the object's own name only", () => {
    expect(labels(["prod", "web"])).toEqual(["prod_web"]);
    expect(labels(["prod", "db"], ["prod", "web"], ["test", "web"])).toEqual(["prod_db", "prod_web", "test_web"]);
  });

  test("differ where two names would have the same one", () => {
    expect(labels(["a-b", "c"], ["a", "b-c"], ["d"])).toEqual(["a-b_c", "a_b-c", "d"]);
    expect(labels(["a.b"], ["a/b"])).toEqual(["a_b", "a_b_2"]);
  });
});
