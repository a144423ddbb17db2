import { expect, test } from "vitest";
import fc from "../../support/fast-check.ts";
import { storedGroup } from "../../support/stored-group.ts";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import { errorsIn, make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";
import { type ResourceType, someSettings, withSettings } from "./valid-settings.ts";

const at = useServed("1.6.2");

interface Made {
  readonly type: ResourceType;
  readonly written: Record<string, unknown>;
  readonly instance: Instance;
}

/** Makes a resource with random valid settings; waits for nothing. */
async function makeOne(
  type: ResourceType,
  base: Record<string, unknown>,
  settings: readonly (readonly [string, unknown])[],
): Promise<Made> {
  const written = withSettings({ ...base, wait_for: "accepted" }, settings);
  return { type, written, instance: await make(at.core, type, written) };
}

const samples = (type: ResourceType, count: number) => fc.sample(someSettings(type, "1.6.2"), count);

test("what a valid configuration made on 1.6 plans empty on the next platform, with every group", async () => {
  const clusters = samples("hikube_cluster", 6).map((settings, number) =>
    makeOne("hikube_cluster", { name: `c${number}` }, settings),
  );
  const made = await Promise.all(clusters);
  const groups = samples("hikube_nodegroup", 12).map((settings, number) =>
    makeOne("hikube_nodegroup", { cluster_id: `tenant-demo/c${number % 6}`, name: `g${number}` }, settings),
  );
  const addons = samples("hikube_addon", 6).map((settings, number) =>
    makeOne("hikube_addon", { cluster_id: `tenant-demo/c${number}`, name: "ingress-nginx" }, settings),
  );
  made.push(...(await Promise.all([...groups, ...addons])));
  const { sandbox } = at.served;
  await sandbox.migrate("next");
  const { writes } = sandbox;
  for (const { type, written, instance } of made) {
    const { instance: read } = await at.core.refresh(instance);
    const planned = await at.core.plan(type, at.core.config(type, written), read);
    expect(errorsIn(planned), JSON.stringify(written)).toEqual([]);
    expect(planned.action, JSON.stringify(written)).toBe("no-op");
    if (type !== "hikube_nodegroup") continue;
    const [, cluster = "", name = ""] = String(instance.state["id"]).split("/");
    expect(storedGroup(sandbox, cluster, name), `${cluster}/${name}`).toMatchObject({ cluster });
  }
  expect(sandbox.writes).toBe(writes);
});
