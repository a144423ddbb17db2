import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseNumber } from "../../../src/values/number.ts";
import { numberType, objectOf } from "../../../src/values/type.ts";
import { Dynamic, type Value } from "../../../src/values/value.ts";
import { hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

// A number in the values of an add-on, all the way: configuration, plan, apply, state file, read, and the plan after it.

let served: Served;
let core: Core;
let id: Value;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
  const config = core.config("hikube_cluster", { name: "n", version: "1.34", wait_for: "accepted" });
  const cluster = await core.apply(await core.plan("hikube_cluster", config), config);
  id = cluster.instance?.state["id"] ?? null;
});

afterAll(() => served?.stop());

/** `{ velero = { n = …, list = [ … ] } }`, as HCL types it. */
const valuesOf = (texts: readonly string[]): Dynamic => {
  const numbers = texts.map(parseNumber);
  return new Dynamic(
    objectOf({ velero: objectOf({ list: tupleOf(numbers.map(() => numberType)) }) }),
    Object.assign(Object.create(null), { velero: Object.assign(Object.create(null), { list: numbers }) }) as Value,
  );
};

const configOf = (texts: readonly string[]) =>
  core.config("hikube_addon", { cluster_id: id, name: "velero", wait_for: "accepted", values: valuesOf(texts) });

describe("numbers of an add-on's values", () => {
  test("survive with every digit, and reach the platform as the doubles that they mean", async () => {
    const third = `0.${"3".repeat(154)}`;
    const texts = [
      "0.1",
      third,
      "-0",
      "1e300",
      "1e40",
      "9007199254740992",
      "-9007199254740991",
      "2.5e-7",
      "123456789.125",
    ];
    const config = configOf(texts);
    const made = await core.apply(await core.plan("hikube_addon", config), config);
    expect(made.diagnostics).toEqual([]);
    if (made.instance === undefined) throw new Error("nothing was made");
    expect(made.instance.state["values"]).toEqual(config["values"]);
    // The way through the state file is one of core's rules, so it is held there.
    const read = await core.refresh(made.instance);
    expect(read.diagnostics).toEqual([]);
    expect(read.instance?.state["values"]).toEqual(config["values"]);
    expect((await core.plan("hikube_addon", config, read.instance)).action).toBe("no-op");
    const stored = served.sandbox.stored("Kubernetes", "n")?.values as {
      addons: { velero: { valuesOverride: { velero: { list: number[] } } } };
    };
    expect(stored.addons.velero.valuesOverride.velero.list).toEqual([
      0.1,
      1 / 3,
      0,
      1e300,
      1e40,
      2 ** 53,
      -(2 ** 53 - 1),
      2.5e-7,
      123456789.125,
    ]);
  });

  test.each(["9007199254740993", "-9007199254740993", "9223372036854775807", "18446744073709551615", "1e400"])(
    "that the platform would store as another one are refused while planning: %s",
    async (text) => {
      const { diagnostics } = await core.plan("hikube_addon", configOf(["1", text]));
      expect(hasError(diagnostics)).toBe(true);
      expect(diagnostics).toMatchObject([
        { path: [{ attribute: "values" }], detail: expect.stringMatching(/velero\.list\[1\].*write it as a string/) },
      ]);
    },
  );
});
