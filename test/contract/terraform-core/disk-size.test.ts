import { expect, test } from "vitest";
import { make, refreshed } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

const at = useServed("1.1.2");

test("a plan says that removing the disk size of a node group replaces its nodes", async () => {
  const cluster = await make(at.core, "hikube_cluster", { name: "disk" });
  const base = { cluster_id: cluster.state["id"], name: "web", min_replicas: 1, max_replicas: 2 };
  const group = await refreshed(at.core, await make(at.core, "hikube_nodegroup", { ...base, disk_size: "30Gi" }));
  const plan = async (written: object) =>
    (await at.core.plan("hikube_nodegroup", at.core.config("hikube_nodegroup", { ...base, ...written }), group))
      .diagnostics;
  expect(await plan({})).toMatchObject([{ severity: "warning", detail: expect.stringContaining("`disk_size`") }]);
  expect(await plan({ disk_size: "30Gi", max_replicas: 3 })).toEqual([]);
});
