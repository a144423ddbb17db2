import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { valueAt } from "../../../src/base/json-pointer.ts";
import { storedGroup } from "../../support/stored-group.ts";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import type { Phase, Planned } from "../../support/terraform-core/core-client.ts";
import { errorsIn, make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// One resource changes its address without a `moved` block: one run creates the object and destroys it. Core asks in any order.

const orders = <T>(all: readonly T[]): T[][] =>
  all.length === 0
    ? [[]]
    : all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));

const planOrders = orders(["refresh", "destroy", "create"] as const).filter(
  (order) => order.indexOf("refresh") < order.indexOf("destroy"),
);
const applyOrders = [["destroy", "create"], ["create", "destroy"], ["both"]] as const;
const table = planOrders.flatMap((planned) => applyOrders.map((applied) => ({ planned, applied })));

describe.concurrent.each(["1.1.2", "1.6.2", "next"] as const)("an address change on platform %s", (profile) => {
  let made = 0;
  const at = useServed(profile, () => make(at.core, "hikube_cluster", { name: "a", wait_for: "accepted" }));

  async function changeAddress(
    type: string,
    written: Record<string, unknown>,
    { planned, applied }: (typeof table)[number],
  ): Promise<Instance> {
    const config = at.core.config(type, written);
    const old = await make(at.core, type, written);
    const plans: Record<"destroy" | "create", Planned | undefined> = { destroy: undefined, create: undefined };
    await at.core.together(async (phase) => {
      for (const step of planned) {
        if (step === "refresh") await phase.refresh(old);
        else if (step === "destroy") plans.destroy = await phase.plan(type, null, old);
        else plans.create = await phase.plan(type, config);
      }
    });
    const { destroy, create } = plans;
    if (destroy === undefined || create === undefined) throw new Error("not planned");
    expect([...errorsIn(destroy), ...errorsIn(create)]).toEqual([]);
    const texts = [...destroy.diagnostics, ...create.diagnostics].map(({ detail }) => detail).join("\n");
    expect(texts).toContain("moved {");
    const steps = {
      destroy: async (phase: Phase) => expect(errorsIn(await phase.apply(destroy, null))).toEqual([]),
      create: async (phase: Phase) => {
        const done = await phase.apply(create, config);
        expect(errorsIn(done)).toEqual([]);
        return done.instance;
      },
    };
    return at.core.together(async (phase) => {
      let instance: Instance | undefined;
      for (const step of applied) {
        if (step === "both") [instance] = await Promise.all([steps.create(phase), steps.destroy(phase)]);
        else if (step === "create") instance = await steps.create(phase);
        else await steps.destroy(phase);
      }
      if (instance === undefined) throw new Error("nothing is left");
      return instance;
    });
  }

  test.each(table)("keeps the group: planned $planned, applied $applied", async (order) => {
    const name = `g${made++}`;
    const written = { cluster_id: "tenant-demo/a", name, wait_for: "accepted" };
    const instance = await changeAddress("hikube_nodegroup", written, order);
    expect(storedGroup(at.served.sandbox, "a", name)).toBeDefined();
    const { instance: read } = await at.core.refresh(instance);
    expect((await at.core.plan("hikube_nodegroup", at.core.config("hikube_nodegroup", written), read)).action).toBe(
      "no-op",
    );
  });

  test.each(table)("keeps the add-on: planned $planned, applied $applied", async (order) => {
    const cluster = `c${made++}`;
    await make(at.core, "hikube_cluster", { name: cluster, wait_for: "accepted" });
    const written = { cluster_id: `tenant-demo/${cluster}`, name: "velero", wait_for: "accepted" };
    const instance = await changeAddress("hikube_addon", written, order);
    const stored = at.served.sandbox.stored("Kubernetes", cluster);
    expect(valueAt(stored?.values as Json, ["addons", "velero"])).toMatchObject({ enabled: true });
    const { instance: read } = await at.core.refresh(instance);
    expect((await at.core.plan("hikube_addon", at.core.config("hikube_addon", written), read)).action).toBe("no-op");
  });

  test.each([
    ["hikube_nodegroup", "web"],
    ["hikube_addon", "velero"],
  ])("refuses to destroy a cluster whose %s is kept, whichever is asked first", async (type, name) => {
    const cluster = `c${made++}`;
    const home = await make(at.core, "hikube_cluster", { name: cluster, wait_for: "accepted" });
    const written = { cluster_id: `tenant-demo/${cluster}`, name, wait_for: "accepted" };
    const member = await make(at.core, type, written);
    for (const [order, refused] of [
      [["destroy", "keep"], 1],
      [["keep", "destroy"], 1],
      [["destroy", "remove"], 0],
      [["remove", "destroy"], 0],
    ] as const) {
      const found = await at.core.together(async (phase) => {
        const errors = [];
        for (const step of order) {
          const plan =
            step === "destroy"
              ? await phase.plan("hikube_cluster", null, home)
              : await phase.plan(type, step === "keep" ? at.core.config(type, written) : null, member);
          errors.push(...errorsIn(plan));
        }
        return errors;
      });
      expect(found.length, order.join()).toBe(refused);
      for (const { detail } of found)
        expect(detail).toContain(`tenant-demo/${cluster}/${name}, which the configuration keeps`);
    }
  });
});
