import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { valueAt } from "../../src/base/json-pointer.ts";
import { expectEmptyPlan, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";
import { foreignWriter } from "./foreign-writer.ts";

// Core applies ignore_changes to the configuration that it sends with a plan, not to the one with an apply.

/** One attribute: what the configuration says at first, what the console sets, what the configuration says later. */
interface Ignored {
  readonly attribute: string;
  /** Default: the attribute. */
  readonly ignore?: string;
  readonly first: string;
  readonly later: string;
  /** Where the console writes, below `spec`, and what. */
  readonly path: readonly string[];
  readonly console: Json;
  readonly only?: "1.6.2";
}

const cluster: readonly Ignored[] = [
  { attribute: "version", first: '"1.33"', later: '"1.32"', path: ["version"], console: "v1.34" },
  {
    attribute: "storage_class",
    first: '"replicated"',
    later: '"replicated-async"',
    path: ["storageClass"],
    console: "local",
  },
  { attribute: "host", first: '"a.example.org"', later: '"b.example.org"', path: ["host"], console: "c.example.org" },
  {
    attribute: "control_plane",
    first: "{ replicas = 2 }",
    later: '{ replicas = 1, scheduler = { resources_preset = "small" } }',
    path: ["controlPlane", "replicas"],
    console: 3,
  },
  {
    attribute: "node_health_check",
    first: '{ max_unhealthy = "30%" }',
    later: '{ max_unhealthy = "20%" }',
    path: ["nodeHealthCheck", "maxUnhealthy"],
    console: "45%",
    only: "1.6.2",
  },
  {
    attribute: "oidc",
    first: '{ mode = "CustomConfig", custom_config = { secret_ref = { name = "first" } } }',
    later: '{ mode = "None" }',
    path: ["oidc", "customConfig", "secretRef", "name"],
    console: "console",
    only: "1.6.2",
  },
];

const web = ["nodeGroups", "web"];
const group: readonly Ignored[] = [
  {
    attribute: "instance_type",
    first: '"u1.medium"',
    later: '"u1.xlarge"',
    path: [...web, "instanceType"],
    console: "u1.large",
  },
  { attribute: "min_replicas", first: "1", later: "3", path: [...web, "minReplicas"], console: 2 },
  { attribute: "disk_size", first: '"20Gi"', later: '"30Gi"', path: [...web, "disk"], console: "40Gi" },
  { attribute: "roles", first: '["config"]', later: '["later"]', path: [...web, "roles"], console: ["console"] },
  {
    attribute: "gpus",
    first: "[]",
    later: '[{ name = "nvidia.com/H100_94GB" }]',
    path: [...web, "gpus"],
    console: [{ name: "nvidia.com/AD102GL_L40S" }],
  },
  {
    attribute: "storage_class",
    first: '"local"',
    later: '"replicated-async"',
    path: [...web, "storageClass"],
    console: "replicated",
    only: "1.6.2",
  },
  {
    attribute: "kubelet",
    first: '{ eviction_hard_memory = "5%" }',
    later: '{ eviction_hard_memory = "6%" }',
    path: [...web, "kubelet", "evictionHardMemory"],
    console: "4%",
    only: "1.6.2",
  },
  {
    attribute: "max_unhealthy",
    first: '"30%"',
    later: '"20%"',
    path: [...web, "maxUnhealthy"],
    console: "40%",
    only: "1.6.2",
  },
  {
    attribute: "node_startup_timeout",
    first: '"5m"',
    later: '"6m"',
    path: [...web, "nodeStartupTimeout"],
    console: "7m",
    only: "1.6.2",
  },
];

const override = (name: string, key: string) => ["addons", name, "valuesOverride", key, "ignored"];
const values = (key: string, value: string, other: string) =>
  `{ ${key} = { ignored = "${value}", other = "${other}" } }`;

describe.each(["1.1.2", "1.6.2"] as const)("ignore_changes on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });

  afterAll(() => bed?.close());

  const served = (attributes: readonly Ignored[]) =>
    attributes.filter(({ only }) => only === undefined || only === profile);
  const disk = profile === "1.1.2" ? "ephemeralStorage" : "diskSize";
  const at = (path: readonly string[]) => path.map((step) => (step === "disk" ? disk : step));
  const lines = (attributes: readonly Ignored[], when: "first" | "later") =>
    served(attributes)
      .map((each) => `  ${each.attribute} = ${each[when]}\n`)
      .join("");
  const names = (attributes: readonly Ignored[]) =>
    served(attributes).map(({ attribute, ignore }) => ignore ?? attribute);

  const configuration = (when: "first" | "later") => {
    const other = when;
    const value = when === "first" ? "config" : "later";
    return `
resource "hikube_cluster" "a" {
  name = "ign"
${lines(cluster, when)}
  labels      = { whole = "${value}" }
  annotations = { ignored = "${value}", other = "${other}" }
  lifecycle {
    ignore_changes = [labels, annotations["ignored"], ${names(cluster).join(", ")}]
  }
}
resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.a.id
  name         = "web"
  max_replicas = ${when === "first" ? 5 : 6}
${lines(group, when)}
  lifecycle {
    ignore_changes = [${names(group).join(", ")}]
  }
}
resource "hikube_addon" "single" {
  cluster_id = hikube_cluster.a.id
  name       = "velero"
  values     = ${values("velero", value, other)}
  lifecycle {
    ignore_changes = [values.velero.ignored]
  }
}
resource "hikube_addon" "whole" {
  cluster_id        = hikube_cluster.a.id
  name              = "fluxcd"
  values_yaml       = "flux-instance: { ignored: ${value} }"
  values_wo         = { flux-instance = { secret = "${other}" } }
  values_wo_version = ${when === "first" ? 1 : 2}
  lifecycle {
    ignore_changes = [values_yaml]
  }
}
resource "hikube_addon" "switch" {
  cluster_id = hikube_cluster.a.id
  name       = "cert-manager"
  enabled    = true
  values     = ${values("cert-manager", "same", other)}
  lifecycle {
    ignore_changes = [enabled]
  }
}
resource "hikube_addon" "ingress" {
  cluster_id    = hikube_cluster.a.id
  name          = "ingress-nginx"
  expose_method = "${when === "first" ? "Proxied" : "LoadBalancer"}"
  hosts         = ["${value}.example.org"]
  values        = ${values("ingress-nginx", "same", other)}
  lifecycle {
    ignore_changes = [expose_method, hosts]
  }
}
`;
  };

  test("a named attribute keeps the value of the console, and the others are applied", async () => {
    const workspace = await bed.workspace(configuration("first"));
    expectSuccess(await workspace.apply());
    const ignored: [readonly string[], Json][] = [
      ...served(cluster).map(({ path, console }): [readonly string[], Json] => [path, console]),
      ...served(group).map(({ path, console }): [readonly string[], Json] => [at(path), console]),
      [override("velero", "velero"), "console"],
      [override("fluxcd", "flux-instance"), "console"],
      [["addons", "certManager", "enabled"], false],
      [["addons", "ingressNginx", "exposeMethod"], "Proxied"],
      [["addons", "ingressNginx", "hosts"], ["console.example.org"]],
    ];
    await foreignWriter(bed.sandbox).patch("ign", [
      ...ignored.map(([path, value]) => ({ op: "add", path: `/spec/${path.join("/")}`, value })),
      { op: "add", path: "/metadata/labels/whole", value: "console" },
      { op: "add", path: "/metadata/annotations/ignored", value: "console" },
      ...(profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : []),
    ]);
    await workspace.write({ "main.tf": configuration("later") });
    expectSuccess(await workspace.apply());
    const stored = bed.sandbox.stored("Kubernetes", "ign");
    const spec = (stored?.values ?? {}) as Json;
    for (const [path, value] of ignored) expect(valueAt(spec, path), path.join(".")).toEqual(value);
    expect(stored?.labels).toMatchObject({ "apps.cozystack.io-whole": "console" });
    expect(stored?.annotations).toMatchObject({
      "apps.cozystack.io-ignored": "console",
      "apps.cozystack.io-other": "later",
    });
    const applied: [readonly string[], Json][] = [
      [[...web, "maxReplicas"], 6],
      [["addons", "velero", "valuesOverride", "velero", "other"], "later"],
      [["addons", "fluxcd", "valuesOverride", "flux-instance", "secret"], "later"],
      [["addons", "certManager", "valuesOverride", "cert-manager", "other"], "later"],
      [["addons", "ingressNginx", "valuesOverride", "ingress-nginx", "other"], "later"],
    ];
    for (const [path, value] of applied) expect(valueAt(spec, path), path.join(".")).toEqual(value);
    await expectEmptyPlan(workspace);
  });

  test("a named attribute that the configuration no longer has is kept as well", async () => {
    const body = (more: string, n: number) => `
resource "hikube_cluster" "a" {
  name        = "gone"
  annotations = { n = ${n} }
${more}
  lifecycle {
    ignore_changes = [labels, control_plane]
  }
}
`;
    const workspace = await bed.workspace(body('  labels = { a = "b" }\n  control_plane = { replicas = 3 }\n', 1));
    expectSuccess(await workspace.apply());
    await workspace.write({ "main.tf": body("", 2) });
    expectSuccess(await workspace.apply());
    const stored = bed.sandbox.stored("Kubernetes", "gone");
    expect(stored?.labels).toMatchObject({ "apps.cozystack.io-a": "b" });
    expect(valueAt((stored?.values ?? {}) as Json, ["controlPlane", "replicas"])).toBe(3);
    await expectEmptyPlan(workspace);
  });
});
