import { expect, test } from "vitest";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import { make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

const at = useServed("1.1.2");
const type = "hikube_cluster";

async function refreshed(instance: Instance): Promise<Instance> {
  const { instance: read } = await at.core.refresh(instance);
  if (read === undefined) throw new Error("it is gone");
  return read;
}

test.each(["labels", "annotations"])("%s may be an empty map from now on", async (attribute) => {
  const base = { name: `empty-${attribute}`, wait_for: "accepted" };
  const first = await refreshed(await make(at.core, type, base));
  const written = { ...base, [attribute]: {} };
  const second = await refreshed(await make(at.core, type, written, first));
  expect((await at.core.plan(type, at.core.config(type, written), second)).action).toBe("no-op");
  expect((await at.core.plan(type, null, second)).diagnostics).toEqual([]);
});

test("a cluster keeps a label: the API server does not survive two writes without", async () => {
  const key = "app.kubernetes.io/managed-by";
  const stored = () => at.served.sandbox.stored("Kubernetes", "label")?.labels[`apps.cozystack.io-${key}`];
  const base = { name: "label", wait_for: "accepted" };
  const first = await make(at.core, type, { ...base, labels: { [key]: "me" } });
  expect(stored()).toBe("me");
  await make(at.core, type, base, await refreshed(first));
  expect(stored()).toBe("terraform-provider-hikube");
});

test("a plan says that removing the disk size of a node group replaces its nodes", async () => {
  const cluster = await make(at.core, type, { name: "disk" });
  const base = { cluster_id: cluster.state["id"], name: "web", min_replicas: 1, max_replicas: 2 };
  const group = await refreshed(await make(at.core, "hikube_nodegroup", { ...base, disk_size: "30Gi" }));
  const plan = async (written: object) =>
    (await at.core.plan("hikube_nodegroup", at.core.config("hikube_nodegroup", { ...base, ...written }), group))
      .diagnostics;
  expect(await plan({})).toMatchObject([{ severity: "warning", detail: expect.stringContaining("`disk_size`") }]);
  expect(await plan({ disk_size: "30Gi", max_replicas: 3 })).toEqual([]);
});
