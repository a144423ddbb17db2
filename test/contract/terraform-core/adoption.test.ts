import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { valueAt } from "../../../src/base/json-pointer.ts";
import type { CoreDiagnostic } from "../../support/terraform-core/core-answers.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// What a plan would create and finds existing: said while planning, never first by the apply.

describe.concurrent.each(["1.1.2", "1.6.2"] as const)("an object that already exists on platform %s", (profile) => {
  const home = { cluster_id: "tenant-demo/a", wait_for: "accepted" };
  const group = { ...home, name: "web", max_replicas: 5, roles: ["a"] };
  const addon = { ...home, name: "velero", values_yaml: "velero: { a: 1 }" };
  const at = useServed(profile, async () => {
    await make("hikube_cluster", { name: "a", wait_for: "accepted" });
    await make("hikube_nodegroup", group);
    await make("hikube_addon", addon);
  });

  async function make(type: string, written: Record<string, unknown>): Promise<readonly CoreDiagnostic[]> {
    const config = at.core.config(type, written);
    const planned = await at.core.plan(type, config);
    const { diagnostics } = await at.core.apply(planned, config);
    return [...planned.diagnostics, ...diagnostics];
  }

  const plan = async (type: string, written: Record<string, unknown>) =>
    (await at.core.plan(type, at.core.config(type, written))).diagnostics;

  /** The same settings, fewer of them, and others. */
  const table = [
    ["hikube_nodegroup", group, "warning"],
    ["hikube_nodegroup", { ...home, name: "web" }, "warning"],
    ["hikube_nodegroup", { ...group, max_replicas: 6 }, "error"],
    ["hikube_nodegroup", { ...group, roles: ["b"] }, "error"],
    ["hikube_addon", addon, "warning"],
    ["hikube_addon", { ...home, name: "velero" }, "warning"],
    ["hikube_addon", { ...addon, values_yaml: "velero: { a: 2 }" }, "error"],
    ["hikube_addon", { ...addon, enabled: false }, "error"],
    ["hikube_addon", { ...addon, values_yaml: "velero: { a: 2 }", resolve_conflicts_on_create: "ADOPT" }, "warning"],
    [
      "hikube_addon",
      { ...addon, values_yaml: "velero: { a: 2 }", resolve_conflicts_on_create: "OVERWRITE" },
      "warning",
    ],
  ] as const;

  test("is looked for once where the same run creates its cluster", async () => {
    const { sandbox } = at.served;
    const since = sandbox.requests.length;
    await at.core.together(async (phase) => {
      const parts = { cluster_id: "tenant-demo/new", wait_for: "accepted" };
      for (const [type, written] of [
        ["hikube_cluster", { name: "new", wait_for: "accepted" }],
        ["hikube_nodegroup", { ...parts, name: "web" }],
        ["hikube_addon", { ...parts, name: "ingress-nginx" }],
      ] as const)
        await phase.plan(type, at.core.config(type, written));
    });
    const reads = sandbox.requests.slice(since).filter(({ path }) => path.endsWith("/kuberneteses/new"));
    expect(reads.map(({ status }) => status)).toEqual([404]);
  });

  test.each(table)("%s %j is %s", async (type, written, severity) => {
    const found = await plan(type, written);
    expect(found.map((one) => one.severity)).toEqual([severity]);
    expect(found[0]?.summary).toMatch(severity === "warning" ? /will be adopted/ : /already (exists|enabled)/);
    expect(found[0]?.path).toEqual([{ attribute: "name" }]);
  });

  test("nothing is said of what does not exist", async () => {
    expect(await plan("hikube_nodegroup", { ...group, name: "other" })).toEqual([]);
    expect(await plan("hikube_addon", { ...addon, name: "fluxcd", values_yaml: "flux-instance: { a: 1 }" })).toEqual(
      [],
    );
  });

  test("an adopted object keeps settings that the configuration does not set", async () => {
    expect((await make("hikube_nodegroup", { ...home, name: "web" })).map(({ severity }) => severity)).not.toContain(
      "error",
    );
    const stored = at.served.sandbox.stored("Kubernetes", "a");
    expect(valueAt(stored?.values as Json, ["nodeGroups", "web"])).toMatchObject({ maxReplicas: 5, roles: ["a"] });
  });
});
