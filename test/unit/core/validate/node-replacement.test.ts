import { describe, expect, test } from "vitest";
import type { NodeGroupDesired } from "../../../../src/core/desired/desired.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import { clusterReplacement, groupReplacement } from "../../../../src/core/validate/node-replacement.ts";

const old = bundledPlatform("1.1.2");
const recent = bundledPlatform("1.6.2");

const before: Required<NodeGroupDesired> = {
  instanceType: "u1.large",
  resources: { cpu: "2", memory: "4Gi" },
  minReplicas: 1,
  maxReplicas: 5,
  diskSize: "20Gi",
  storageClass: "local",
  roles: ["a", "b"],
  gpus: [{ name: "x/y" }],
  kubelet: { evictionHardMemory: "5%" },
  maxUnhealthy: "40%",
  nodeStartupTimeout: "10m",
};

/** Every setting of a group: a change of it, and the attribute that the warning stands at; undefined where no node is replaced. */
const changes: Readonly<Record<keyof NodeGroupDesired, readonly [NodeGroupDesired, "always" | "never" | "recent"]>> = {
  instanceType: [{ instanceType: "u1.xlarge" }, "always"],
  resources: [{ resources: { cpu: "4", memory: "4Gi" } }, "always"],
  minReplicas: [{ minReplicas: 2 }, "never"],
  maxReplicas: [{ maxReplicas: 9 }, "never"],
  diskSize: [{ diskSize: "30Gi" }, "always"],
  storageClass: [{ storageClass: "replicated" }, "recent"],
  roles: [{ roles: ["a"] }, "always"],
  gpus: [{ gpus: [{ name: "x/y" }, { name: "x/y" }] }, "always"],
  kubelet: [{ kubelet: {} }, "never"],
  maxUnhealthy: [{ maxUnhealthy: "1" }, "never"],
  nodeStartupTimeout: [{ nodeStartupTimeout: "5m" }, "never"],
};

describe.each([
  ["1.1.2", old],
  ["1.6.2", recent],
] as const)("on platform %s", (version, platform) => {
  const warnings = (changed: NodeGroupDesired, nodes: number | undefined = 3) =>
    groupReplacement(platform, { group: "web", before, after: { ...before, ...changed }, nodes, maxReplicas: 5 });

  test.each(Object.entries(changes))("a changed %s warns once where it replaces nodes", (key, [changed, when]) => {
    const replaces = when === "always" || (when === "recent" && version === "1.6.2");
    expect(warnings(changed).map(({ severity, path }) => [severity, path])).toEqual(
      replaces ? [["warning", [key]]] : [],
    );
  });

  test("several changes are one warning, which names all of them and the nodes", () => {
    const [finding, ...others] = warnings({ instanceType: "u1.xlarge", diskSize: "30Gi" });
    expect(others).toEqual([]);
    expect(finding?.summary).toBe("Nodes of group web are replaced");
    expect(finding?.detail).toContain(
      "The change of `instance_type`, `disk_size` replaces all 3 nodes of node group web.",
    );
    expect(finding?.detail).toContain("up to 5 of them (`max_replicas`)");
    expect(finding?.detail.includes("two nodes with each change")).toBe(version === "1.1.2");
  });

  test("another spelling or order replaces nothing, nor does a change of a group without nodes", () => {
    expect(warnings({ diskSize: "20480Mi", resources: { cpu: "2000m", memory: "4096Mi" }, roles: ["b", "a"] })).toEqual(
      [],
    );
    expect(warnings({ instanceType: "u1.xlarge" }, 0)).toEqual([]);
  });

  test("a new version names the groups of the cluster", () => {
    const upgrade = { version: { before: "v1.33", after: "1.34" }, talos: false };
    const [finding] = clusterReplacement(platform, "t/a", upgrade, ["gpu", "web"]);
    expect(finding?.summary).toBe("All nodes of t/a are replaced");
    expect(finding?.detail).toContain("from 1.33 to 1.34 replaces the nodes of all node groups of t/a: gpu, web.");
    expect(clusterReplacement(platform, "t/a", upgrade, [])).toEqual([]);
    for (const before of ["v1.33.8", undefined]) {
      const none = { version: { before, after: "1.33" }, talos: false };
      expect(clusterReplacement(platform, "t/a", none, ["web"])).toEqual([]);
    }
  });

  test("a new operating system is named, alone or beside a new version", () => {
    const [alone] = clusterReplacement(
      platform,
      "t/a",
      { version: { before: "v1.33", after: undefined }, talos: true },
      ["web"],
    );
    expect(alone).toMatchObject({ path: ["talos"], detail: expect.stringMatching(/^The change of `talos` replaces/) });
    const both = { version: { before: "v1.33", after: "1.34" }, talos: true };
    expect(clusterReplacement(platform, "t/a", both, ["web"])).toMatchObject([
      { path: ["version"], detail: expect.stringContaining("`version` from 1.33 to 1.34 and `talos` replaces") },
    ]);
  });
});
