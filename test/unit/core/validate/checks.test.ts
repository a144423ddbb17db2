import { describe, expect, test } from "vitest";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import type { Finding } from "../../../../src/core/validate/finding.ts";
import {
  checkAddon,
  checkCluster,
  checkClusterName,
  checkGpu,
  checkGroupName,
  checkInstanceType,
  checkNodeGroup,
  checkStorageClass,
  checkVersion,
} from "../../../../src/core/validate/index.ts";

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");
const brief = (findings: readonly Finding[]) => findings.map(({ severity, path }) => `${severity} ${path.join(".")}`);
const cluster = { defaultNodeGroup: false, upgradeStrategy: "single" } as const;

describe("names", () => {
  test.each(["Prod", "9x", "a.b", "-a", "a-", "", "a".repeat(43)])("%s is refused for a cluster", (name) => {
    expect(brief(checkClusterName(name))).toEqual(["error name"]);
  });
  test.each([30, 33])("a name of %i characters installs on 1.1 and can never be changed on 1.6", (length) => {
    const name = "a".repeat(length);
    expect(brief(checkClusterName(name, old))).toEqual(["warning name"]);
    expect(brief(checkClusterName(name))).toEqual(["warning name"]);
    expect(checkClusterName(name, old)[0]?.detail).toContain("Platform 1.6 fails to change");
    expect(brief(checkClusterName(name, recent))).toEqual(["error name"]);
  });
  test("a name of 29 characters is fine everywhere", () => {
    expect(checkClusterName("a".repeat(29), old)).toEqual([]);
    expect(checkClusterName("a".repeat(29), recent)).toEqual([]);
  });
  test.each([34, 36, 42])(
    "a name of %i characters, which the API takes and no chart installs, is refused",
    (length) => {
      for (const platform of [undefined, old, recent]) {
        const [finding, ...others] = checkClusterName("a".repeat(length), platform);
        expect(finding).toMatchObject({ severity: "error", path: ["name"] });
        expect(finding?.detail).toContain("Use at most 33 characters");
        expect(others).toEqual([]);
      }
    },
  );
  test("a name that collides with a pool's is warned about, besides what else is wrong with it", () => {
    expect(brief(checkClusterName("nodes-a", old))).toEqual(["warning name"]);
    expect(brief(checkClusterName(`nodes-${"a".repeat(30)}`, old))).toEqual(["error name", "warning name"]);
  });
  test("a group's name leaves room for machine names", () => {
    expect(checkGroupName("prod", "gpu-1")).toEqual([]);
    expect(brief(checkGroupName("a".repeat(30), "b".repeat(10)))).toEqual(["error name"]);
    expect(brief(checkGroupName(undefined, "GPU"))).toEqual(["error name"]);
    expect(checkGroupName("base", "a".repeat(45))[0]?.detail).toBe(
      `Cluster and group name together may have 39 characters ("base" + "${"a".repeat(45)}" have 49), because node names are built from both. Shorten the group's name to 35.`,
    );
    const pools = { ...recent, nodeGroupsInSpec: false };
    expect(brief(checkGroupName("a".repeat(20), "b".repeat(16), ["name"], pools))).toEqual(["error name"]);
    expect(checkGroupName("a".repeat(20), "b".repeat(15), ["name"], pools)).toEqual([]);
    expect(brief(checkGroupName("a".repeat(20), "b".repeat(16)))).toEqual(["warning name"]);
    expect(checkGroupName("a".repeat(20), "b".repeat(15))).toEqual([]);
  });
});

describe("versions", () => {
  test("one that is not served is refused, unless the cluster has it already", () => {
    expect(brief(checkVersion(recent, "1.30"))).toEqual(["error version"]);
    expect(checkVersion(recent, "1.30.14", "v1.30")).toEqual([]);
    expect(brief(checkVersion(recent, "latest"))).toEqual(["error version"]);
  });
  test("a patch is the platform's choice, and says so where it is another one", () => {
    const [finding] = checkVersion(old, "1.30.3");
    expect(finding).toEqual({
      severity: "warning",
      path: ["version"],
      summary: "The patch version is chosen by the platform",
      detail: '`1.30.3` selects 1.30; platform 1.1.2 runs 1.30.14. Write `version = "1.30"`.',
    });
    expect(brief(checkVersion(old, "1.33.2", "v1.32"))).toEqual(["warning version"]);
    expect(checkVersion(old, "1.33.2", "v1.33")).toEqual([]);
    expect(checkVersion(old, "v1.30.14")).toEqual([]);
    expect(checkVersion(old, "1.30")).toEqual([]);
  });
  test("1.30 without quotes arrives as 1.3, which is recognised", () => {
    expect(checkVersion(old, "1.3")[0]).toMatchObject({
      severity: "error",
      summary: "Kubernetes 1.3 is not available",
      detail:
        "Available: 1.35, 1.34, 1.33, 1.32, 1.31, 1.30. Write the version in quotes: `version = 1.30` is the number 1.3.",
    });
  });
  test("downgrades and skipped minors are refused, a minor up is not", () => {
    expect(checkVersion(old, "1.34", "v1.33")).toEqual([]);
    expect(brief(checkVersion(old, "1.33", "v1.34"))).toEqual(["error version"]);
    expect(brief(checkVersion(old, "1.35", "v1.33"))).toEqual(["error version"]);
    expect(checkVersion(old, "1.35", "v1.33", "stepwise")).toEqual([]);
  });
});

describe("clusters", () => {
  test("a setting of a newer platform is refused on an older one", () => {
    const desired = {
      ...cluster,
      oidc: { mode: "System" },
      nodeHealthCheck: { maxUnhealthy: "40%" },
      controlPlane: {
        apiServer: {
          extraArgs: ["--v=2"],
          extraVolumes: [{ name: "audit", configMap: { name: "audit" } }],
          extraVolumeMounts: [{ name: "audit", mountPath: "/etc/audit" }],
        },
      },
      talos: { version: "v1.13.6", schematicId: "0".repeat(64) },
    };
    expect(checkCluster(recent, desired)).toEqual([]);
    expect(brief(checkCluster(old, desired))).toEqual([
      "error controlPlane.apiServer.extraArgs",
      "error controlPlane.apiServer.extraVolumes",
      "error controlPlane.apiServer.extraVolumeMounts",
      "error oidc",
      "error nodeHealthCheck",
      "error talos",
    ]);
  });
  test("a volume has a name of its own and one source, and what is mounted exists", () => {
    const audit = { name: "audit", configMap: { name: "a" } };
    const apiServer = (values: object) =>
      brief(checkCluster(recent, { ...cluster, controlPlane: { apiServer: values } }));
    const at = "error controlPlane.apiServer";
    expect(apiServer({ extraVolumes: [audit, { name: "audit", secret: { secretName: "b" } }] })).toEqual([
      `${at}.extraVolumes.1.name`,
    ]);
    expect(apiServer({ extraVolumes: [{ ...audit, secret: { secretName: "b" } }, { name: "x" }] })).toEqual([
      `${at}.extraVolumes.0`,
      `${at}.extraVolumes.1`,
    ]);
    expect(
      apiServer({
        extraVolumes: [
          { ...audit, name: "talos-ca" },
          { ...audit, name: "A" },
        ],
      }),
    ).toEqual([`${at}.extraVolumes.0.name`, `${at}.extraVolumes.1.name`]);
    const mounts = [
      { name: "audti", mountPath: "/a" },
      { name: "audit", mountPath: "b" },
      { name: "audit", mountPath: "/a" },
    ];
    expect(apiServer({ extraVolumes: [audit], extraVolumeMounts: mounts })).toEqual([
      `${at}.extraVolumeMounts.0.name`,
      `${at}.extraVolumeMounts.1.mountPath`,
      `${at}.extraVolumeMounts.2.mountPath`,
    ]);
    expect(apiServer({ extraVolumeMounts: [{ name: "theirs", mountPath: "/a" }] })).toEqual([]);
  });
  test("presets, quantities, hosts and keys are checked where they stand", () => {
    const desired = {
      ...cluster,
      host: "https://x",
      controlPlane: { apiServer: { resourcesPreset: "huge", resources: { cpu: "two", memory: "-1Gi" } } },
      labels: { "bad key": "x", ["a".repeat(46)]: "x", "hikube.cloud/x": "y", "x.io/y": "not fit" },
    };
    expect(brief(checkCluster(old, desired))).toEqual([
      "error host",
      "error controlPlane.apiServer.resourcesPreset",
      "error controlPlane.apiServer.resources.cpu",
      "error controlPlane.apiServer.resources.memory",
      "error labels.bad key",
      `error labels.${"a".repeat(46)}`,
      "error labels.hikube.cloud/x",
      "error labels.x.io/y",
    ]);
  });
  test("a number of replicas without use is warned about, none at all is refused", () => {
    const replicas = (count: number) => brief(checkCluster(old, { ...cluster, controlPlane: { replicas: count } }));
    expect(replicas(0)).toEqual(["error controlPlane.replicas"]);
    expect(replicas(3)).toEqual([]);
    expect(replicas(7)).toEqual(["warning controlPlane.replicas"]);
  });
  test("an unknown preset or storage class comes with the nearest one", () => {
    const preset = { ...cluster, controlPlane: { scheduler: { resourcesPreset: "smal" } } };
    expect(checkCluster(old, preset)[0]?.detail).toContain("Did you mean `small`?");
    const offer = {
      source: "bundled",
      items: [
        { name: "replicated", default: true },
        { name: "local", default: false },
      ],
    } as const;
    expect(checkStorageClass("replicatd", offer)[0]).toMatchObject({
      severity: "warning",
      summary: 'Unknown storage class "replicatd"',
      detail: expect.stringContaining("Did you mean `replicated`?"),
    });
    expect(checkStorageClass("local", offer)).toEqual([]);
  });
  test("OIDC users are unique, and what the mode ignores is warned about", () => {
    const user = { email: "a@b.ch", role: "view" };
    const oidc = (wanted: object) => brief(checkCluster(recent, { ...cluster, oidc: wanted }));
    expect(oidc({ mode: "System", users: [user, { ...user, role: "admin" }] })).toEqual(["error oidc.users.1.email"]);
    expect(oidc({ mode: "None", users: [user] })).toEqual(["warning oidc.users"]);
    expect(oidc({ mode: "System", customConfig: { config: "x" } })).toEqual(["warning oidc.customConfig"]);
    expect(oidc({ mode: "System", users: [{ email: "nobody", role: "owner" }] })).toEqual([
      "error oidc.users.0.email",
      "error oidc.users.0.role",
    ]);
  });
  test("OIDC has exactly one configuration, and no flags beside it", () => {
    const desired = {
      ...cluster,
      oidc: { mode: "CustomConfig" },
      controlPlane: { apiServer: { extraArgs: ["--oidc-issuer-url=x"] } },
    };
    expect(brief(checkCluster(recent, desired))).toEqual([
      "error oidc.customConfig",
      "error controlPlane.apiServer.extraArgs",
    ]);
  });
});

describe("node groups", () => {
  test("bounds are whole, not negative, and in order", () => {
    expect(brief(checkNodeGroup(old, { minReplicas: 3, maxReplicas: 2 }))).toEqual(["error minReplicas"]);
    expect(brief(checkNodeGroup(old, { minReplicas: -1, maxReplicas: 1.5 }))).toEqual([
      "error minReplicas",
      "error maxReplicas",
    ]);
    expect(brief(checkNodeGroup(old, { maxReplicas: 0 })), "1.1 keeps two nodes").toEqual(["error maxReplicas"]);
    expect(checkNodeGroup(recent, { minReplicas: 0, maxReplicas: 0 })).toEqual([]);
  });
  test("a machine has one size, and both halves of it", () => {
    expect(brief(checkNodeGroup(old, { resources: { cpu: "2" } }))).toEqual(["error resources.memory"]);
    const both = { instanceType: "u1.large", resources: { cpu: "2", memory: "4Gi" } };
    expect(brief(checkNodeGroup(old, both))).toEqual(["error resources"]);
    expect(brief(checkNodeGroup(recent, both))).toEqual(["warning instanceType"]);
  });
  test("a setting of a newer platform is refused on an older one", () => {
    const desired = {
      storageClass: "local",
      kubelet: { evictionHardMemory: "5%" },
      maxUnhealthy: "40%",
      nodeStartupTimeout: "10m",
    };
    expect(checkNodeGroup(recent, desired)).toEqual([]);
    expect(checkNodeGroup(old, desired)).toHaveLength(4);
  });
  const types = (source: "live" | "bundled", ...names: string[]) => ({
    source,
    items: names.map((name) => ({ name, cpu: undefined, memory: undefined })),
  });
  test("an unknown instance type is an error where the platform lists its types, else a warning", () => {
    expect(checkInstanceType("x1.new", types("live", "x1.new"))).toEqual([]);
    expect(brief(checkInstanceType("u9.huge", types("bundled", "u1.large")))).toEqual(["warning instanceType"]);
    const [finding] = checkInstanceType("u1.xxlarge", types("live", "m1.large", "u1.large", "u1.xlarge", "u1.2xlarge"));
    expect(finding).toMatchObject({
      severity: "error",
      summary: 'Unknown instance type "u1.xxlarge"',
      detail: expect.stringMatching(
        /^Did you mean `u1\.xlarge` or `u1\.2xlarge`\? Available in this series: u1\.large, u1\.xlarge, u1\.2xlarge\. The platform would reject/,
      ),
    });
  });
  test("an unknown GPU is an error if GPUs are listed or its name is impossible, else a warning", () => {
    const gpus = (source: "live" | "bundled") => ({ source, items: old.profile.gpus });
    expect(checkGpu("L40S", 0, gpus("bundled"))[0]).toMatchObject({
      severity: "error",
      path: ["gpus", "0", "name"],
      detail: expect.stringMatching(/^Did you mean `nvidia\.com\/AD102GL_L40S`\? Known GPUs: /),
    });
    expect(brief(checkGpu("nvidia.com/B200", 1, gpus("bundled")))).toEqual(["warning gpus.1.name"]);
    expect(brief(checkGpu("nvidia.com/B200", 1, gpus("live")))).toEqual(["error gpus.1.name"]);
    expect(checkGpu("nvidia.com/AD102GL_L40S", 0, gpus("live"))).toEqual([]);
  });
  test("bounds are compared with the defaults and with what stays, and the text says which", () => {
    const detail = (...of: Parameters<typeof checkNodeGroup>) => checkNodeGroup(...of).map((finding) => finding.detail);
    expect(detail(old, { minReplicas: 20 })).toEqual([
      "`min_replicas` is 20, and `max_replicas` is not set, so its default of 10 applies. Set `max_replicas` to at least 20.",
    ]);
    expect(detail(old, { minReplicas: 20 }, { maxReplicas: 15 })).toEqual([
      "`min_replicas` is 20, and `max_replicas` is not set, so the group's 15 stays. Set `max_replicas` to at least 20.",
    ]);
    expect(detail(old, { maxReplicas: 2 }, { minReplicas: 3 })).toEqual([
      "`min_replicas` is not set, so the group's 3 stays, and `max_replicas` is 2. Set `max_replicas` to at least 3.",
    ]);
    expect(detail(old, { minReplicas: 3 }, { maxReplicas: 3 })).toEqual([]);
  });
  test("kubelet settings that the chart of 1.6 refuses as a whole are refused", () => {
    const group = (kubelet: object, instanceType = "u1.large") =>
      brief(checkNodeGroup(recent, { kubelet, instanceType }));
    expect(group({})).toEqual([]);
    expect(group({ evictionHardMemory: "12%" })).toEqual(["error kubelet.evictionHardMemory"]);
    expect(group({ evictionSoftMemory: "7%" })).toEqual(["error kubelet.evictionSoftMemory"]);
    expect(group({ evictionHardMemory: "500Mi" })).toEqual(["error kubelet.evictionHardMemory"]);
    expect(group({ evictionHardMemory: "500Mi", evictionSoftMemory: "1Gi" })).toEqual([]);
    expect(group({ systemReservedMemory: "8Gi" })).toEqual(["error kubelet"]);
    expect(group({ kubeReservedCpu: "2" })).toEqual(["error kubelet"]);
    expect(brief(checkNodeGroup(recent, { instanceType: "u1.nano" })), "512Mi are all reserved").toEqual([
      "error instanceType",
    ]);
    expect(checkNodeGroup(old, { instanceType: "u1.nano" })).toEqual([]);
  });
});

describe("add-ons", () => {
  const on = { enabled: true, resolveConflicts: "NONE" } as const;
  test("values must be nested under the chart's key, and some are ignored or not taken at all", () => {
    expect(brief(checkAddon(old, "cert-manager", { ...on, values: { certManager: { a: 1 } } }))).toEqual([
      "warning values",
    ]);
    expect(checkAddon(old, "certManager", { ...on, values: { "cert-manager": { a: 1 } } })).toEqual([]);
    expect(brief(checkAddon(old, "velero", { ...on, secretValues: { a: 1 } }))).toEqual(["warning secretValues"]);
    expect(brief(checkAddon(old, "monitoring-agents", { ...on, values: { a: 1 } }))).toEqual(["warning values"]);
    expect(brief(checkAddon(old, "gateway-api", { ...on, values: { a: 1 } }))).toEqual(["error values"]);
  });
  test("an add-on without a switch cannot be disabled, and only ingress-nginx has hosts", () => {
    expect(brief(checkAddon(old, "cilium", on))).toEqual(["error enabled"]);
    expect(brief(checkAddon(old, "velero", { ...on, hosts: ["a.b"] }))).toEqual(["error hosts"]);
    expect(brief(checkAddon(old, "ingress-nginx", { ...on, hosts: ["https://a.b/", "a.b", "a.b"] }))).toEqual([
      "error hosts.0",
      "error hosts",
    ]);
    expect(checkAddon(old, "ingress-nginx", { ...on, hosts: ["*.a.b", "a.b"] })).toEqual([]);
    expect(brief(checkAddon(old, "ingress-nginx", { ...on, exposeMethod: "NodePort" }))).toEqual([
      "error exposeMethod",
    ]);
  });
  test("an add-on the platform does not serve is refused", () => {
    expect(brief(checkAddon(old, "hami", on))).toEqual(["error name"]);
    expect(brief(checkAddon(recent, "nonsense", on))).toEqual(["error name"]);
  });
  test("missing prerequisites are warned about, on the platforms that need them", () => {
    expect(brief(checkAddon(recent, "hami", on, { enabled: [] }))).toEqual(["warning enabled"]);
    expect(checkAddon(recent, "hami", on, { enabled: ["gpu-operator"] })).toEqual([]);
    expect(brief(checkAddon(old, "monitoring-agents", on, { enabled: [] }))).toEqual(["warning enabled"]);
    expect(checkAddon(recent, "monitoring-agents", on, { enabled: [] })).toEqual([]);
    expect(brief(checkAddon(old, "ingress-nginx", on, { roles: ["worker"] }))).toEqual(["warning exposeMethod"]);
    expect(checkAddon(old, "ingress-nginx", on, { roles: ["ingress-nginx"] })).toEqual([]);
  });
});
