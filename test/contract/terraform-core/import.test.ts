import { describe, expect, test } from "vitest";
import { containsUnknown } from "../../../src/values/known.ts";
import fc from "../../support/fast-check.ts";
import { make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";
import { type ResourceType, resources, resourceTypes, someSettings, withSettings } from "./valid-settings.ts";

// Whatever a valid configuration made, its import is a no-op of the same configuration.

describe.concurrent.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  let made = 0;
  const at = useServed(profile, () => make(at.core, "hikube_cluster", { name: "home", wait_for: "accepted" }));

  /** A name of its own for each object; of add-ons there is one of each in a cluster. */
  async function base(type: ResourceType): Promise<Record<string, unknown>> {
    const name = `n${made++}`;
    if (type === "hikube_cluster") return { name, wait_for: "accepted" };
    if (type === "hikube_nodegroup") return { cluster_id: "tenant-demo/home", name, wait_for: "accepted" };
    await make(at.core, "hikube_cluster", { name, wait_for: "accepted" });
    return { cluster_id: `tenant-demo/${name}`, name: "ingress-nginx", wait_for: "accepted" };
  }

  test.each(resourceTypes)("%s", async (type) => {
    const { schema } = resources[type];
    const local = Object.keys(schema).filter((name) => schema[name]?.providerOnly === true);
    await fc.assert(
      fc.asyncProperty(someSettings(type, profile), async (settings) => {
        const written = withSettings(await base(type), settings);
        const instance = await make(at.core, type, written);
        const { instance: imported } = await at.core.importState(type, { id: String(instance.state["id"]) });
        if (imported === undefined) throw new Error("it is not there");
        const again = await at.core.plan(type, at.core.config(type, written), imported);
        expect(again.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        // What only Terraform knows is all that can differ.
        const differs = Object.keys(schema).filter((name) => {
          const [planned, prior] = [again.planned?.[name] ?? null, imported.state[name] ?? null];
          return JSON.stringify(planned) !== JSON.stringify(prior);
        });
        expect(differs.filter((name) => !local.includes(name))).toEqual([]);
        expect(containsUnknown(again.planned)).toBe(false);
        if (differs.length === 0) expect(again.action).toBe("no-op");
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
