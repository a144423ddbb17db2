import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import { decodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import { UNKNOWN } from "../../../src/values/value.ts";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import { hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import type { Served } from "../../support/terraform-core/served.ts";
import { startServed } from "../../support/terraform-core/served.ts";

// Every step goes through the rules of core: whatever an answer breaks throws in core-client.ts.

// Most of it is waiting for the platform: both wait at once.
describe.concurrent.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  let served: Served;
  let core: Core;

  beforeAll(async () => {
    served = await startServed(profile);
    core = await served.core();
  });

  afterAll(() => served?.stop());

  /** Plans and applies, reads, and plans once more: after an apply nothing may be left to do. */
  async function settle(type: string, written: Record<string, unknown>, prior?: Instance): Promise<Instance> {
    const config = core.config(type, written);
    const applied = await core.apply(await core.plan(type, config, prior), config);
    expect(applied.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    if (applied.instance === undefined) throw new Error("nothing was made");
    const read = await core.refresh(applied.instance);
    expect(read.diagnostics).toEqual([]);
    if (read.instance === undefined) throw new Error("what was made is gone");
    expect((await core.plan(type, config, read.instance)).action).toBe("no-op");
    return read.instance;
  }

  test("a cluster with a group and an add-on lives by the rules of core from create to destroy", async () => {
    let cluster = await settle("hikube_cluster", { name: "a", version: "1.33", labels: { team: "x" } });
    expect(cluster.state).toMatchObject({ version: "1.33", ready: true });
    const id = cluster.state["id"];
    const sizes = { cluster_id: id, name: "web", instance_type: "s1.large", min_replicas: 1, wait_for: "accepted" };
    let group = await settle("hikube_nodegroup", { ...sizes, disk_size: "2048Mi", roles: ["b", "a"] });
    expect(group.state).toMatchObject({ disk_size: "2048Mi", roles: ["a", "b"] });
    const values = dynamicFromJson({ "cert-manager": { replicaCount: 2, ratio: 0.1, list: [1, "two", true, null] } });
    const secret = dynamicFromJson({ "cert-manager": { token: "s3cret" } });
    const named = { cluster_id: id, name: "certManager", wait_for: "accepted" };
    let addon = await settle("hikube_addon", { ...named, values, values_wo: secret, values_wo_version: 1 });

    cluster = await settle(
      "hikube_cluster",
      { name: "a", version: "v1.33.2", control_plane: { replicas: 3 } },
      cluster,
    );
    expect(cluster.state).toMatchObject({ version: "1.33", control_plane: { replicas: 3 } });
    group = await settle("hikube_nodegroup", { ...sizes, disk_size: "2Gi", max_replicas: 4, gpus: [] }, group);
    expect(group.state).toMatchObject({ disk_size: "2048Mi", max_replicas: 4, roles: null });
    addon = await settle("hikube_addon", { ...named, values_yaml: "cert-manager: { replicaCount: 3 }" }, addon);
    expect(addon.state).toMatchObject({ name: "certManager", values: null, values_wo: null });

    group = await settle("hikube_nodegroup", { ...sizes, name: "web2" }, group);
    expect(group.state["id"]).toBe(`${id}/web2`);

    for (const [type, instance, importId] of [
      ["hikube_cluster", cluster, String(id)],
      ["hikube_nodegroup", group, "a/web2"],
      ["hikube_addon", addon, `${id}/cert-manager`],
    ] as const) {
      const byId = await core.importState(type, { id: importId });
      expect(byId.diagnostics).toEqual([]);
      expect(byId.instance?.state["id"]).toBe(instance.state["id"]);
      expect(byId.instance?.identity).toEqual(instance.identity);
      const wire = core.resources.get(type)?.identity.wire;
      if (wire === undefined || instance.identity === undefined) throw new Error("no identity");
      const identity = decodeMsgpack(instance.identity, wire) as ValueObject;
      const byIdentity = await core.importState(type, { identity });
      expect(byIdentity.instance?.state).toEqual(byId.instance?.state);
    }

    for (const instance of [addon, group, cluster]) {
      const removed = await core.apply(await core.plan(instance.type, null, instance), null);
      expect(hasError(removed.diagnostics)).toBe(false);
      expect(removed.instance).toBeUndefined();
      // A disabled add-on can still be read.
      if (instance !== addon) expect((await core.refresh(instance)).instance).toBeUndefined();
    }
    expect(served.sandbox.stored("Kubernetes", "a")).toBeUndefined();
  });

  test("everything may be unknown while planning, and the known configuration later fits the plan", async () => {
    const unknown = (type: string, written: Record<string, unknown>) => core.plan(type, core.config(type, written));
    const cluster = await unknown("hikube_cluster", {
      name: UNKNOWN,
      namespace: UNKNOWN,
      version: UNKNOWN,
      storage_class: UNKNOWN,
      control_plane: UNKNOWN,
      oidc: UNKNOWN,
      labels: { a: UNKNOWN },
      deletion_protection: UNKNOWN,
      allow_replace: UNKNOWN,
      wait_for: UNKNOWN,
      timeouts: { create: UNKNOWN },
    });
    expect(cluster.diagnostics).toEqual([]);
    const group = await unknown("hikube_nodegroup", {
      cluster_id: UNKNOWN,
      name: "web",
      min_replicas: UNKNOWN,
      roles: [UNKNOWN, "a"],
      gpus: [UNKNOWN, { name: UNKNOWN }],
      kubelet: { system_reserved_cpu: UNKNOWN },
      resources: { cpu: UNKNOWN, memory: "1Gi" },
    });
    expect(group.diagnostics).toEqual([]);
    const addon = await unknown("hikube_addon", {
      cluster_id: UNKNOWN,
      name: UNKNOWN,
      enabled: UNKNOWN,
      values: UNKNOWN,
      values_wo: UNKNOWN,
      hosts: [UNKNOWN],
      expose_method: UNKNOWN,
    });
    expect(addon.diagnostics).toEqual([]);

    const planned = await core.plan(
      "hikube_cluster",
      core.config("hikube_cluster", { name: UNKNOWN, version: UNKNOWN }),
    );
    const known = core.config("hikube_cluster", { name: "later", version: "1.33", wait_for: "accepted" });
    const config = core.config("hikube_cluster", { name: UNKNOWN, version: UNKNOWN, wait_for: "accepted" });
    expect(planned.action).toBe("create");
    const applied = await core.apply(await core.plan("hikube_cluster", config), known);
    expect(applied.diagnostics).toEqual([]);
    expect(applied.instance?.state["name"]).toBe("later");
  });
});
