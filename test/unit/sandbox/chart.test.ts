import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { renderCluster } from "../../../src/sandbox/chart/cluster-chart.ts";
import { renderPool } from "../../../src/sandbox/chart/pool-chart.ts";
import { loadProfile } from "../../../src/sandbox/platform/profile.ts";
import { completeGroup } from "../../support/sandbox-client.ts";

function render(version: "1.1.2" | "1.6.2", values: JsonObject) {
  const profile = loadProfile(version);
  const kind = profile.kinds.get("Kubernetes");
  if (!kind) throw new Error("The profile has no Kubernetes.");
  return renderCluster(profile, kind, values);
}

const refusal = (version: "1.1.2" | "1.6.2", values: JsonObject): string => {
  const rendering = render(version, values);
  return rendering.ok ? "" : rendering.text;
};

const groupNames = (version: "1.1.2" | "1.6.2", values: JsonObject): string[] => {
  const rendering = render(version, values);
  if (!rendering.ok) throw new Error(rendering.text);
  return rendering.value.groups.map((group) => group.name);
};

describe("chart node groups", () => {
  test("include md0 on 1.1 unless it is null", () => {
    expect(groupNames("1.1.2", {})).toEqual(["md0"]);
    expect(groupNames("1.1.2", { nodeGroups: {} })).toEqual(["md0"]);
    expect(groupNames("1.1.2", { nodeGroups: { web: completeGroup("1.1.2") } })).toEqual(["md0", "web"]);
    expect(groupNames("1.1.2", { nodeGroups: { md0: null, web: completeGroup("1.1.2") } })).toEqual(["web"]);
    expect(groupNames("1.1.2", { nodeGroups: { md0: null } })).toEqual([]);
  });

  test("include md0 on 1.6 only without another group", () => {
    expect(groupNames("1.6.2", {})).toEqual(["md0"]);
    expect(groupNames("1.6.2", { nodeGroups: { web: completeGroup("1.6.2") } })).toEqual(["web"]);
  });

  test("take the size from the instance type and the kubelet from the version map", () => {
    const rendering = render("1.1.2", { version: "v1.33", nodeGroups: { md0: null, web: completeGroup("1.1.2") } });
    expect(rendering).toMatchObject({ ok: true, value: { groups: [{ cpu: "4", memory: "8Gi", kubelet: "v1.33.8" }] } });
  });

  test("change the template with roles and GPUs, not with bounds", () => {
    const template = (more: JsonObject) => {
      const rendering = render("1.1.2", { nodeGroups: { md0: null, web: completeGroup("1.1.2", more) } });
      return rendering.ok ? rendering.value.groups[0]?.template : undefined;
    };
    expect(template({ minReplicas: 2, maxReplicas: 9 })).toBe(template({}));
    expect(template({ roles: ["x"] })).not.toBe(template({}));
    expect(template({ gpus: [{ name: "nvidia.com/AD102GL_L40S" }] })).not.toBe(template({}));
  });
});

describe("chart refusals", () => {
  const schema = "values don't meet the specifications of the schema(s) in the following chart(s):\nkubernetes:\n";

  test("name the missing properties of a group", () => {
    expect(refusal("1.1.2", { nodeGroups: { sparse: {} } })).toBe(
      `${schema}- at '/nodeGroups/sparse': missing properties 'ephemeralStorage', 'instanceType', 'maxReplicas', 'minReplicas', 'resources'`,
    );
    expect(refusal("1.6.2", { nodeGroups: { sparse: {} } })).toBe(
      `${schema}- at '/nodeGroups/sparse': missing properties 'diskSize', 'instanceType', 'maxReplicas', 'minReplicas'`,
    );
  });

  test("name a wrong type and an unknown version by their pointers", () => {
    const values = { version: "v1.99", nodeGroups: { web: completeGroup("1.1.2", { minReplicas: "two" }) } };
    expect(refusal("1.1.2", values)).toBe(
      `${schema}- at '/nodeGroups/web/minReplicas': got string, want integer\n- at '/version': value must be one of 'v1.35', 'v1.34', 'v1.33', 'v1.32', 'v1.31', 'v1.30'`,
    );
  });

  test("accept a quantity as an integer or a valid string", () => {
    const disk = (value: unknown) =>
      refusal("1.1.2", { nodeGroups: { web: completeGroup("1.1.2", { ephemeralStorage: value as string }) } });
    expect(disk(30)).toBe("");
    expect(disk("30 GB")).toContain("- at '/nodeGroups/web/ephemeralStorage': '30 GB' does not match pattern");
    expect(disk(true)).toContain("anyOf failed\n  - at '/nodeGroups/web/ephemeralStorage': got boolean, want integer");
  });

  test("name an unknown instance type", () => {
    const group = { instanceType: "u9.huge" };
    expect(refusal("1.1.2", { nodeGroups: { bad: completeGroup("1.1.2", group) } })).toBe(
      "execution error at (kubernetes/templates/cluster.yaml:279:8): Specified instancetype not exists in cluster: u9.huge",
    );
    expect(refusal("1.6.2", { nodeGroups: { bad: completeGroup("1.6.2", group) } })).toBe(
      'execution error at (kubernetes/templates/cluster.yaml:532:8): nodeGroup bad: specified instanceType "u9.huge" not found in cluster',
    );
  });

  test.each([
    ["hami without the GPU operator", { addons: { hami: { enabled: true, valuesOverride: {} } } }, "gpuOperator"],
    [
      "ouroboros without ingress-nginx",
      { addons: { ouroboros: { enabled: true, valuesOverride: {} } } },
      "ingressNginx",
    ],
    [
      "one of cpu and memory",
      { nodeGroups: { web: completeGroup("1.6.2", { resources: { cpu: 2 } }) } },
      "both or neither",
    ],
    [
      "the old name of the disk",
      { nodeGroups: { web: completeGroup("1.6.2", { ephemeralStorage: "1Gi" }) } },
      "diskSize",
    ],
    [
      "eviction thresholds the wrong way round",
      {
        nodeGroups: {
          web: completeGroup("1.6.2", { kubelet: { evictionHardMemory: "20%", evictionSoftMemory: "10%" } }),
        },
      },
      "must be strictly less than",
    ],
    [
      "more reserved than there is",
      { nodeGroups: { web: completeGroup("1.6.2", { kubelet: { kubeReservedMemory: "64Gi" } }) } },
      "total reserved memory",
    ],
    [
      "legacy OIDC arguments beside oidc",
      {
        oidc: { mode: "CustomConfig", customConfig: { config: "x" } },
        controlPlane: { apiServer: { extraArgs: ["--oidc-issuer-url=x"] } },
      },
      "--oidc-",
    ],
    ["OIDC without a source", { oidc: { mode: "CustomConfig" } }, "exactly one of"],
    [
      "a reserved volume",
      { controlPlane: { apiServer: { extraVolumes: [{ name: "talos-ca", secret: {} }] } } },
      "reserved",
    ],
  ])("on 1.6: %s", (_, values, text) => {
    expect(refusal("1.6.2", values)).toContain(text);
  });
});

test("chart add-ons > monitoring on 1.1 always depends on the CRDs of cert-manager", () => {
  const rendering = render("1.1.2", { addons: { monitoringAgents: { enabled: true, valuesOverride: {} } } });
  const operator = rendering.ok
    ? rendering.value.addons.find((addon) => addon.name === "cozy-victoria-metrics-operator")
    : undefined;
  expect(operator?.dependsOn).toContain("cert-manager-crds");
});

// The one release whose name within the cluster is not that of its HelmRelease: the chart sets `releaseName`.
test.each(["1.1.2", "1.6.2"] as const)(
  "chart add-ons > name monitoring on %s as Helm does in the cluster",
  (version) => {
    const addons = { certManager: { enabled: true }, monitoringAgents: { enabled: true, valuesOverride: {} } };
    const rendering = render(version, { addons });
    const names = rendering.ok ? rendering.value.addons.map((addon) => addon.name) : [];
    expect(names).toContain("cozy-monitoring-agents");
    expect(names).not.toContain("monitoring-agents");
  },
);

describe("chart of a pool", () => {
  const profile = loadProfile("1.6.2");
  const kind = profile.kinds.get("KubernetesNodes");
  const pool = (name: string, values: JsonObject) => {
    if (!kind) throw new Error("The profile has no KubernetesNodes.");
    return renderPool(profile, kind, name, values);
  };

  test("takes the group's name from the pool's", () => {
    expect(pool("prod-gpu", { cluster: "prod" })).toMatchObject({
      ok: true,
      value: { cluster: "prod", group: { name: "gpu" } },
    });
  });

  test("requires a cluster, and its name as prefix", () => {
    expect(pool("prod-gpu", {})).toMatchObject({
      ok: false,
      text: expect.stringContaining(".Values.cluster is required"),
    });
    expect(pool("gpu", { cluster: "prod" })).toMatchObject({
      ok: false,
      text: expect.stringContaining("must start with"),
    });
  });
});
