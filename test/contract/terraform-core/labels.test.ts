import { expect, test } from "vitest";
import { make, refreshed } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

const at = useServed("1.1.2");
const type = "hikube_cluster";

test.each(["labels", "annotations"])("%s may be an empty map from now on", async (attribute) => {
  const base = { name: `empty-${attribute}`, wait_for: "accepted" };
  const first = await refreshed(at.core, await make(at.core, type, base));
  const written = { ...base, [attribute]: {} };
  const second = await refreshed(at.core, await make(at.core, type, written, first));
  expect((await at.core.plan(type, at.core.config(type, written), second)).action).toBe("no-op");
  expect((await at.core.plan(type, null, second)).diagnostics).toEqual([]);
});

test("a cluster keeps a label: the API server does not survive two writes without", async () => {
  const key = "app.kubernetes.io/managed-by";
  const stored = () => at.served.sandbox.stored("Kubernetes", "label")?.labels[`apps.cozystack.io-${key}`];
  const base = { name: "label", wait_for: "accepted" };
  const first = await make(at.core, type, { ...base, labels: { [key]: "me" } });
  expect(stored()).toBe("me");
  await make(at.core, type, base, await refreshed(at.core, first));
  expect(stored()).toBe("terraform-provider-hikube");
});
