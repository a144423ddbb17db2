import { describe, expect, test } from "vitest";
import { poolPath } from "../../../src/core/ids.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import { errorsIn, make, refreshed } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// Where node groups are objects of their own, an upgrade writes their version after the control plane runs it.

describe.concurrent("the version of node groups", () => {
  const at = useServed("next");
  const type = "hikube_cluster";
  const versionOf = (pool: string) => at.served.sandbox.stored("KubernetesNodes", pool)?.values["version"];

  test("stays as others set it where the cluster is only imported", async () => {
    const made = await make(at.core, type, { name: "theirs", version: "1.34" });
    const group = { cluster_id: made.state["id"], name: "web", min_replicas: 1, max_replicas: 2 };
    await make(at.core, "hikube_nodegroup", group);
    const client = sandboxClient(at.served.sandbox);
    const pool = poolPath({ namespace: "tenant-demo", cluster: "theirs", name: "web" });
    const patch = { contentType: "application/merge-patch+json", body: { spec: { version: "v1.33" } } };
    expect((await client.call("PATCH", pool, patch)).status).toBe(200);
    client.close();
    const { instance } = await at.core.importState(type, { id: "tenant-demo/theirs" });
    const config = at.core.config(type, { name: "theirs", version: "1.34" });
    const plan = await at.core.plan(type, config, await refreshed(at.core, instance as Instance));
    expect(plan).toMatchObject({ action: "no-op", diagnostics: [] });
  });

  test.each(["accepted", "ready"])(
    "follows an upgrade that did not wait in a later apply with wait_for %s",
    async (waitFor) => {
      const name = `by-${waitFor}`;
      const before = await make(at.core, type, { name, version: "1.33" });
      const group = { cluster_id: before.state["id"], name: "web", min_replicas: 1, max_replicas: 2 };
      await make(at.core, "hikube_nodegroup", group);
      // The control plane may run the new version by the time of the read, unless it cannot be read.
      const restore = at.served.sandbox.faults.add({
        match: { path: new RegExp(`kubernetes-${name}-admin-kubeconfig`), times: Number.POSITIVE_INFINITY },
        action: {
          kind: "answer",
          status: 403,
          body: { kind: "Status", code: 403, reason: "Forbidden", message: "no" },
        },
      });
      const upgraded = { name, version: "1.34", wait_for: "accepted" };
      let instance = await make(at.core, type, upgraded, before);
      expect(versionOf(`${name}-web`)).toBe("v1.33");
      restore();
      const runs = () =>
        instance.state["ready"] === true && String(instance.state["kubernetes_version"]).startsWith("v1.34");
      while (!runs()) instance = await refreshed(at.core, instance);

      const config = at.core.config(type, { ...upgraded, wait_for: waitFor });
      const plan = await at.core.plan(type, config, instance);
      expect(plan.action).toBe("update");
      expect(plan.diagnostics).toMatchObject([
        { severity: "warning", summary: "Node groups have an older version than their cluster" },
      ]);
      const applied = await at.core.apply(plan, config);
      expect(errorsIn(applied)).toEqual([]);
      expect(versionOf(`${name}-web`)).toBe("v1.34");
      instance = await refreshed(at.core, applied.instance as Instance);
      expect(await at.core.plan(type, config, instance)).toMatchObject({ action: "no-op", diagnostics: [] });
    },
  );
});
