import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { unmodelledInCluster, unmodelledInPool } from "../../../src/core/desired/unmodelled.ts";
import { bundledPlatform } from "../../../src/core/platform/platform.ts";
import { applyDefaults } from "../../../src/core/platform/schema-defaults.ts";
import { richSpec } from "../../contract/terraform-core/hand-made.ts";

describe.each(["1.1.2", "1.6.2"] as const)("settings without a model on platform %s", (version) => {
  const platform = bundledPlatform(version);
  const found = (spec: JsonObject): string[] => {
    const shown = applyDefaults(spec, platform.clusterSpec) as JsonObject;
    return unmodelledInCluster(shown, platform).map((path) => path.join("."));
  };

  test("are none of a cluster without settings, and of one with every feature only those", () => {
    expect(found({})).toEqual([]);
    expect(found(richSpec(version))).toEqual(["images.unknownToThisProvider"]);
  });

  test.each<[JsonObject, string]>([
    [{ images: { kubectl: "a" } }, "images.kubectl"],
    [{ controlPlane: { apiServer: { color: "red" } } }, "controlPlane.apiServer.color"],
    [{ nodeGroups: { web: { taints: [{ key: "a" }] } } }, "nodeGroups.web.taints"],
    [{ nodeGroups: { web: { gpus: [{ name: "a", mode: "b" }] } } }, "nodeGroups.web.gpus"],
    [{ addons: { certManager: { enabled: true, mode: "b" } } }, "addons.certManager.mode"],
    [{ addons: { strange: { enabled: true } } }, "addons.strange.enabled"],
    [{ version: 1.34 }, "version"],
    [{ controlPlane: { replicas: "3" } }, "controlPlane.replicas"],
  ])("are found in %j", (spec, path) => {
    expect(found(spec).filter((one) => one !== "version" || path === "version")).toEqual([path]);
  });

  test("are not a size that is stored as a number", () => {
    expect(found({ controlPlane: { apiServer: { resources: { cpu: 2, memory: "2Gi" } } } })).toEqual([]);
  });
});

test("settings without a model of a node group of its own are found", () => {
  const own = { cluster: "prod", instanceType: "u1.large", gpus: [], kubelet: {}, taints: ["a"], diskSize: "20Gi" };
  const platform = bundledPlatform("1.6.2");
  const spec = { ...own, version: "v1.34", talos: { version: "v1.13.7" } };
  expect(unmodelledInPool(spec, { version: "v1.34", talos: { version: "v1.13.7" } }, platform)).toEqual([["taints"]]);
  expect(unmodelledInPool(spec, { talos: { version: "v1.13.7" } }, platform)).toEqual([["taints"], ["version"]]);
});
