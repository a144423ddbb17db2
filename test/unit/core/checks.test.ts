import { describe, expect, test } from "vitest";
import {
  checkAddon,
  checkCluster,
  checkClusterName,
  checkGroupName,
  checkInstanceType,
  checkNodeGroup,
  checkVersion,
} from "../../../src/core/checks.ts";
import type { Finding } from "../../../src/core/finding.ts";
import { bundledPlatform } from "../../../src/core/platform.ts";

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");
const brief = (findings: readonly Finding[]) => findings.map(({ severity, path }) => `${severity} ${path.join(".")}`);
const cluster = { defaultNodeGroup: false, upgradeStrategy: "single" } as const;

describe("names", () => {
  test.each(["Prod", "9x", "a.b", "-a", "a-", "", "a".repeat(43)])("%s is refused for a cluster", (name) => {
    expect(brief(checkClusterName(name))).toEqual(["error name"]);
  });
  test("a long name is fine today and warned about", () => {
    expect(brief(checkClusterName("a".repeat(33)))).toEqual(["warning name"]);
    expect(checkClusterName("a".repeat(30))[0]?.detail).toContain("Platform 1.6 fails to upgrade");
    expect(checkClusterName("a".repeat(29))).toEqual([]);
  });
  test.each([34, 42])(
    "a name of %i characters, which the API takes and the chart does not, is warned about",
    (length) => {
      const [finding, ...others] = checkClusterName("a".repeat(length));
      expect(finding).toMatchObject({ severity: "warning", path: ["name"] });
      expect(finding?.summary).toContain("too long to be installed");
      expect(others).toEqual([]);
    },
  );
  test("a group's name leaves room for machine names", () => {
    expect(checkGroupName("prod", "gpu-1")).toEqual([]);
    expect(brief(checkGroupName("a".repeat(30), "b".repeat(10)))).toEqual(["error name"]);
    expect(brief(checkGroupName(undefined, "GPU"))).toEqual(["error name"]);
  });
});

describe("versions", () => {
  test("one that is not served is refused, unless the cluster has it already", () => {
    expect(brief(checkVersion(recent, "1.30"))).toEqual(["error version"]);
    expect(checkVersion(recent, "1.30.14", "v1.30")).toEqual([]);
    expect(brief(checkVersion(recent, "latest"))).toEqual(["error version"]);
  });
  test("downgrades and skipped minors are refused, a minor up is not", () => {
    expect(checkVersion(old, "1.34", "v1.33")).toEqual([]);
    expect(brief(checkVersion(old, "1.33", "v1.34"))).toEqual(["error version"]);
    expect(brief(checkVersion(old, "1.35", "v1.33"))).toEqual(["error version"]);
    expect(checkVersion(old, "1.35", "v1.33", "stepwise")).toEqual([]);
  });
});

describe("clusters", () => {
  test("what only a newer platform serves is refused on an older one", () => {
    const desired = {
      ...cluster,
      oidc: { mode: "System" },
      nodeHealthCheck: { maxUnhealthy: "40%" },
      controlPlane: { apiServer: { extraArgs: ["--v=2"] } },
    };
    expect(checkCluster(recent, desired)).toEqual([]);
    expect(brief(checkCluster(old, desired))).toEqual([
      "error controlPlane.apiServer.extraArgs",
      "error oidc.mode",
      "error nodeHealthCheck.maxUnhealthy",
    ]);
  });
  test("presets, quantities, hosts and keys are checked where they stand", () => {
    const desired = {
      ...cluster,
      host: "https://x",
      controlPlane: { apiServer: { resourcesPreset: "huge", resources: { cpu: "two", memory: "-1Gi" } } },
      labels: { "bad key": "x", ["a".repeat(46)]: "x", "hikube.cloud/x": "y", "x.io/y": "not fit" },
    };
    expect(brief(checkCluster(old, desired))).toEqual([
      "error controlPlane.apiServer.resourcesPreset",
      "error controlPlane.apiServer.resources.cpu",
      "error controlPlane.apiServer.resources.memory",
      "error labels.bad key",
      `error labels.${"a".repeat(46)}`,
      "error labels.hikube.cloud/x",
      "error labels.x.io/y",
      "error host",
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
  test("what only a newer platform serves is refused on an older one", () => {
    const desired = {
      storageClass: "local",
      kubelet: { evictionHardMemory: "5%" },
      maxUnhealthy: "40%",
      nodeStartupTimeout: "10m",
    };
    expect(checkNodeGroup(recent, desired)).toEqual([]);
    expect(checkNodeGroup(old, desired)).toHaveLength(4);
  });
  test("an unknown instance type is only a warning, as Hikube may serve more than is known", () => {
    expect(checkInstanceType(old, "s1.large")).toEqual([]);
    expect(brief(checkInstanceType(old, "u9.huge"))).toEqual(["warning instanceType"]);
    expect(checkInstanceType(old, "x1.new", ["x1.new"])).toEqual([]);
  });
});

describe("add-ons", () => {
  const on = { enabled: true, resolveConflicts: "NONE" } as const;
  test("values must be nested under the chart's key, and some are ignored or not taken at all", () => {
    expect(brief(checkAddon(old, "cert-manager", { ...on, values: { certManager: { a: 1 } } }))).toEqual([
      "warning values",
    ]);
    expect(checkAddon(old, "certManager", { ...on, values: { "cert-manager": { a: 1 } } })).toEqual([]);
    expect(brief(checkAddon(old, "monitoring-agents", { ...on, values: { a: 1 } }))).toEqual(["warning values"]);
    expect(brief(checkAddon(old, "gateway-api", { ...on, values: { a: 1 } }))).toEqual(["error values"]);
  });
  test("what has no switch cannot be switched, and only ingress-nginx has hosts", () => {
    expect(brief(checkAddon(old, "cilium", on))).toEqual(["error enabled"]);
    expect(brief(checkAddon(old, "velero", { ...on, hosts: ["a.b"] }))).toEqual(["error hosts"]);
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
