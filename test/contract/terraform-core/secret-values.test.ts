import { describe, expect, test } from "vitest";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import { hasError, type Instance } from "../../support/terraform-core/core-answers.ts";
import { make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// Secret Helm values are in no state, whatever happened between the write and the read.

describe.concurrent.each(["1.1.2", "1.6.2"] as const)("secret values on platform %s", (profile) => {
  const at = useServed(profile);
  const type = "hikube_addon";
  const secrets = (of: Record<string, string>, version: number) => ({
    values_wo: dynamicFromJson({ velero: of }),
    values_wo_version: version,
  });
  const storedText = (cluster: string) => JSON.stringify(at.served.sandbox.stored("Kubernetes", cluster));

  async function made(cluster: string) {
    await make(at.core, "hikube_cluster", { name: cluster, wait_for: "accepted" });
    return { cluster_id: `tenant-demo/${cluster}`, name: "velero", wait_for: "accepted" };
  }

  async function imported(cluster: string): Promise<Instance> {
    const { instance } = await at.core.importState(type, { id: `tenant-demo/${cluster}/velero` });
    if (instance === undefined) throw new Error("it is not there");
    return instance;
  }

  test("are removed by the apply after one that failed", async () => {
    const base = await made("failed");
    const first = await make(at.core, type, { ...base, ...secrets({ old: "topsecret-1" }, 1) });
    const changed = { ...base, ...secrets({ new: "topsecret-2" }, 2) };
    const config = at.core.config(type, changed);
    at.served.sandbox.faults.add({
      match: { method: "PATCH", path: /\/failed(?:\?|$)/ },
      action: { kind: "answer", status: 403, body: { kind: "Status", code: 403, reason: "Forbidden", message: "no" } },
    });
    const failed = await at.core.apply(await at.core.plan(type, config, first), config);
    expect(hasError(failed.diagnostics)).toBe(true);
    const second = await make(at.core, type, changed, failed.instance);
    expect(storedText("failed")).not.toContain("topsecret-1");
    await make(at.core, type, base, second);
    expect(storedText("failed")).not.toMatch(/topsecret|secret-values/);
  });

  test("of an import stay secret through an update without them, and go with a destroy", async () => {
    const base = await made("imported");
    const open = dynamicFromJson({ velero: { open: 1 } });
    await make(at.core, type, { ...base, values: open, ...secrets({ token: "topsecret-3" }, 1) });
    const first = await imported("imported");
    expect(JSON.stringify(first)).not.toContain("topsecret-3");
    const values = dynamicFromJson({ velero: { open: 2 } });
    const updated = await make(at.core, type, { ...base, values }, first);
    expect(storedText("imported")).toContain("topsecret-3");
    const again = await imported("imported");
    expect(JSON.stringify(again)).not.toContain("topsecret-3");
    expect((await at.core.apply(await at.core.plan(type, null, updated), null)).diagnostics).toEqual([]);
    expect(storedText("imported")).not.toMatch(/topsecret|secret-values/);
  });

  test("that are configured as open ones from now on are shown", async () => {
    const base = await made("opened");
    const first = await make(at.core, type, { ...base, ...secrets({ user: "no-secret" }, 1) });
    await make(at.core, type, { ...base, values: dynamicFromJson({ velero: { user: "no-secret" } }) }, first);
    expect(storedText("opened")).not.toContain("secret-values");
    expect(JSON.stringify(await imported("opened"))).toContain("no-secret");
  });
});
