import { describe, expect, test } from "vitest";
import { Unknown, type Value } from "../../../src/values/value.ts";
import type { Instance } from "../../support/terraform-core/core-answers.ts";
import { make } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// A plan shows what is known: only what the platform decides later, or what this change makes it decide again, is unknown.

/** Attributes added to a configuration, and the attributes that are unknown in its plan. */
type Step = readonly [added: Readonly<Record<string, unknown>>, unknown: readonly string[]];

const nodes = ["observed_replicas", "ready", "ready_replicas", "status_message"];
const rollout = ["ready", "status", "status_message"];

const lives: Readonly<Record<string, readonly Step[]>> = {
  hikube_cluster: [
    [
      { name: "a", version: "1.33" },
      [
        "api_address",
        "cluster_ca_certificate",
        "created_at",
        "endpoint",
        "id",
        "kubernetes_version",
        "ready",
        "status",
        "status_message",
        "uid",
        "unmanaged_node_groups",
      ],
    ],
    [{ labels: { a: "b" } }, []],
    [{ annotations: { a: "b" } }, []],
    [{ version: "1.34" }, ["kubernetes_version"]],
    [{ control_plane: { replicas: 3 } }, []],
    [{ host: "x.example.org" }, ["cluster_ca_certificate", "endpoint"]],
    [{ deletion_protection: true, wait_for: "accepted" }, []],
  ],
  hikube_nodegroup: [
    [{ cluster_id: "tenant-demo/a", name: "web" }, nodes],
    [{ max_replicas: 5 }, []],
    [{ min_replicas: 3 }, []],
    [{ instance_type: "u1.large" }, nodes],
    [{ roles: ["a"] }, nodes],
    [{ timeouts: { create: "1h" } }, []],
  ],
  hikube_addon: [
    [{ cluster_id: "tenant-demo/a", name: "cert-manager" }, ["addresses", ...rollout]],
    [{ values_yaml: "cert-manager: { a: 1 }" }, rollout],
    [{ on_destroy: "preserve" }, []],
    [{ enabled: false }, rollout],
  ],
};

const unknowns = (value: Value | null, at = ""): string[] => {
  if (value instanceof Unknown) return [at];
  if (Array.isArray(value)) return value.flatMap((element, index) => unknowns(element, `${at}[${index}]`));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== null) return [];
  return Object.entries(value).flatMap(([name, inner]) => unknowns(inner as Value, at === "" ? name : `${at}.${name}`));
};

describe.concurrent.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  const at = useServed(profile);

  test("a plan shows what is known", async () => {
    for (const [type, life] of Object.entries(lives)) {
      let written: Record<string, unknown> = {};
      let instance: Instance | undefined;
      for (const [added, unknown] of life) {
        written = { ...written, ...added };
        const config = at.core.config(type, written);
        const planned = await at.core.plan(type, config, instance);
        expect(unknowns(planned.planned).sort(), `${type} ${JSON.stringify(added)}`).toEqual(unknown);
        const { instance: applied } = await at.core.apply(planned, config);
        if (applied === undefined) throw new Error("nothing was made");
        instance = (await at.core.refresh(applied)).instance;
      }
    }
  });

  test("a plan that replaces nodes counts those that there are, not those of the last apply", async () => {
    await make(at.core, "hikube_cluster", { name: "counted", wait_for: "accepted" });
    const written = { cluster_id: "tenant-demo/counted", name: "web" };
    let instance: Instance | undefined;
    for (const min_replicas of [0, 3]) {
      instance = await make(at.core, "hikube_nodegroup", { ...written, min_replicas }, instance);
    }
    const config = at.core.config("hikube_nodegroup", { ...written, min_replicas: 3, instance_type: "u1.large" });
    const { diagnostics } = await at.core.plan("hikube_nodegroup", config, instance);
    expect(diagnostics.map(({ detail }) => detail).join()).toContain("replaces all 3 nodes of node group web");
  });
});
