import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { formatPath } from "../../../src/values/path.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import { Decimal, Dynamic } from "../../../src/values/value.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";
import { hasError } from "../../support/terraform-core/core-answers.ts";
import { generate, list } from "../../support/terraform-core/query.ts";
import { useServed } from "../../support/terraform-core/served.ts";
import { partOf, richAddons, richGroups, richSpec, withUnknownKeys } from "./hand-made.ts";

const types = ["hikube_cluster", "hikube_nodegroup", "hikube_addon"];

/** The attributes that a configuration sets, as plain values. */
const written = (config: ValueObject | null): unknown =>
  JSON.parse(
    JSON.stringify(config, (_, value) =>
      value instanceof Dynamic ? value.value : value instanceof Decimal ? Number(value.text) : value,
    ),
    function (this: Record<string, unknown>, key, value) {
      return value === null && !Array.isArray(this) && key !== "" ? undefined : value;
    },
  );

describe.each(["1.1.2", "1.6.2"] as const)("a generated configuration on platform %s", (profile) => {
  const at = useServed(profile);

  /** Makes clusters by hand. */
  async function make(clusters: Readonly<Record<string, JsonObject>>): Promise<void> {
    const client = sandboxClient(at.served.sandbox);
    for (const [name, spec] of Object.entries(clusters)) {
      const { status, text } = await client.create(name, spec, { "example.org/team": "x" });
      expect(status, text).toBe(201);
    }
    client.close();
  }

  /** The generated configuration of each object of these clusters that a list finds, after it planned empty. */
  async function generatedFor(clusters: readonly string[]): Promise<Map<string, unknown>> {
    const { core, served } = at;
    const configs = new Map<string, unknown>();
    const { writes } = served.sandbox;
    for (const type of types) {
      const { found } = await list(core, type, { name_regex: "." }, { include: true, limit: 1_000 });
      for (const { displayName, identity, state } of found) {
        if (!clusters.includes(displayName.split("/")[0] ?? "") || state === null) continue;
        const { instance, diagnostics } = await core.importState(type, { identity });
        if (instance === undefined) throw new Error(`${displayName}: ${JSON.stringify(diagnostics)}`);
        const generated = await generate(core, instance);
        expect(generated.diagnostics, displayName).toEqual([]);
        // A query generates it from the listed object. Whether an `md0` runs may change between the two.
        const fromList = (await generate(core, { type, state })).config;
        expect({ ...fromList, default_node_group: null }, displayName).toEqual({
          ...generated.config,
          default_node_group: null,
        });
        const planned = await core.plan(type, generated.config, instance);
        expect(hasError(planned.diagnostics), JSON.stringify(planned.diagnostics)).toBe(false);
        expect(planned.action, `${displayName}: ${JSON.stringify(written(generated.config))}`).toBe("no-op");
        configs.set(displayName, written(generated.config));
      }
    }
    expect(served.sandbox.writes).toBe(writes);
    return configs;
  }

  test("has what differs from the platform's defaults, and plans empty", async () => {
    await make({ rich: withUnknownKeys(richSpec(profile)), bare: {} });
    const [cluster_id, old] = ["tenant-demo/rich", profile === "1.1.2"];
    // Platform 1.1 adds an `md0` to every cluster.
    for (const id of old ? ["rich", "bare"] : []) {
      const runs = async () =>
        (await at.core.importState("hikube_cluster", { id })).instance?.state["default_node_group"];
      await expect.poll(runs).toBe(true);
    }
    const configs = await generatedFor(["rich", "bare"]);
    expect(configs.get("rich")).toEqual({
      name: "rich",
      version: "v1.34",
      storage_class: "local",
      host: "api.example.org",
      ...(old ? { default_node_group: true } : {}),
      labels: { "example.org/team": "x" },
      control_plane: {
        replicas: 3,
        api_server: {
          resources_preset: old ? "2xlarge" : "c1.large",
          resources: { cpu: "2", memory: "2048Mi" },
          ...(old
            ? {}
            : {
                extra_args: ["--v=2"],
                extra_volumes: [{ name: "keys", secret: { secret_name: "keys" } }],
                extra_volume_mounts: [{ name: "keys", mount_path: "/etc/keys", read_only: true }],
              }),
        },
        scheduler: { resources_preset: old ? "small" : "t1.small" },
      },
      ...(old
        ? {}
        : {
            oidc: {
              mode: "CustomConfig",
              custom_config: { secret_ref: { name: "login" } },
              users: [{ email: "jane@example.org", role: "view" }],
            },
            node_health_check: { max_unhealthy: "30%", node_startup_timeout: "15m" },
          }),
    });
    expect(configs.get("bare")).toEqual({
      name: "bare",
      labels: { "example.org/team": "x" },
      ...(old ? { default_node_group: true } : {}),
    });
    expect(configs.get("rich/web")).toEqual({
      cluster_id,
      name: "web",
      instance_type: "u1.large",
      min_replicas: 2,
      max_replicas: 5,
      roles: ["ingress-nginx"],
    });
    expect(configs.get("rich/plain")).toEqual({ cluster_id, name: "plain" });
    expect(configs.get("rich/sized")).toEqual({ cluster_id, name: "sized", resources: { cpu: "4", memory: "16Gi" } });
    if (!old) {
      expect(configs.get("rich/tuned")).toEqual({
        cluster_id,
        name: "tuned",
        storage_class: "local",
        kubelet: { eviction_hard_memory: "5%" },
        max_unhealthy: "30%",
      });
    }
    expect(configs.get("rich/fluxcd")).toEqual({ cluster_id, name: "fluxcd" });
    expect(configs.get("rich/ingress-nginx")).toEqual({
      cluster_id,
      name: "ingress-nginx",
      expose_method: "LoadBalancer",
      hosts: ["www.example.org"],
    });
    expect(configs.get("rich/velero")).toEqual({
      cluster_id,
      name: "velero",
      enabled: false,
      values: { velero: { odd: [1, "two", null, { "a b": 0.5 }] } },
    });
    const members = [...richGroups(profile), ...richAddons].map((name) => `rich/${name}`);
    expect([...configs.keys()].filter((name) => name.startsWith("rich/"))).toEqual(members);
  });

  test("of any part of these settings plans empty", async () => {
    const specs = fc.sample(partOf(richSpec(profile)), { seed: 11, numRuns: 5 }) as JsonObject[];
    const clusters = Object.fromEntries(specs.map((spec, number) => [`any-${number}`, spec]));
    await make(clusters);
    await generatedFor(Object.keys(clusters));
  });

  // After this, the platform is another one.
  test("of a cluster that the platform moved to its next version plans empty, with every group", async () => {
    if (profile === "1.1.2") await at.served.sandbox.migrate("1.6.2");
    await make({ moved: { ...richSpec("1.6.2"), host: "" } });
    await at.served.sandbox.migrate("next");
    const configs = await generatedFor(["moved"]);
    const groups = richGroups("1.6.2").map((name) => `moved/${name}`);
    expect([...configs.keys()].filter((name) => groups.includes(name))).toEqual(groups);
    // The storage class is that of the cluster, and so the default. Health checks of the cluster became settings of the group.
    expect(configs.get("moved/tuned")).toEqual({
      cluster_id: "tenant-demo/moved",
      name: "tuned",
      kubelet: { eviction_hard_memory: "5%" },
      max_unhealthy: "30%",
      node_startup_timeout: "15m",
    });
  });
});

describe("a generated configuration of settings that this provider refuses", () => {
  const at = useServed("1.1.2");

  test("leaves them out with a warning and plans empty", async () => {
    const client = sandboxClient(at.served.sandbox);
    const labels = { [`${"l".repeat(50)}`]: "x" };
    const groups = { odd: { minReplicas: 5, maxReplicas: 2, instanceType: "u1.large" } };
    expect((await client.create("odd", { host: "https://api.example.org", nodeGroups: groups }, labels)).status).toBe(
      201,
    );
    client.close();
    for (const [type, id, left, kept] of [
      ["hikube_cluster", "odd", ["host", "labels"], { name: "odd" }],
      ["hikube_nodegroup", "odd/odd", ["min_replicas"], { name: "odd", instance_type: "u1.large" }],
    ] as const) {
      const { instance } = await at.core.importState(type, { id });
      if (instance === undefined) throw new Error("it is not there");
      const { config, diagnostics } = await generate(at.core, instance);
      expect(diagnostics.map(({ severity, path }) => [severity, formatPath(path)])).toEqual(
        left.map((name) => ["warning", name]),
      );
      expect(diagnostics[0]?.detail).toContain("stays as it is and is not managed");
      expect(written(config)).toMatchObject(kept);
      const planned = await at.core.plan(type, config, instance);
      expect([planned.action, planned.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([
        "no-op",
        [],
      ]);
    }
  });
});
