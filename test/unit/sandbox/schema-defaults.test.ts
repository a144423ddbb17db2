import { describe, expect, test } from "vitest";
import { loadProfile } from "../../../src/sandbox/platform/profile.ts";
import { applyDefaults } from "../../../src/sandbox/platform/schema-defaults.ts";

const specOf = (version: "1.1.2" | "1.6.2") => loadProfile(version).kinds.get("Kubernetes")?.spec ?? {};

describe("schema defaults", () => {
  test("add the defaults of the chart to an empty spec of 1.1, including md0", () => {
    const spec = applyDefaults({}, specOf("1.1.2"));
    expect(spec["version"]).toBe("v1.35");
    expect(spec["nodeGroups"]).toEqual({
      md0: {
        ephemeralStorage: "20Gi",
        gpus: [],
        instanceType: "u1.medium",
        maxReplicas: 10,
        minReplicas: 0,
        resources: {},
        roles: ["ingress-nginx"],
      },
    });
    expect(spec["controlPlane"]).toMatchObject({
      apiServer: { resources: {}, resourcesPreset: "large" },
      scheduler: { resources: {}, resourcesPreset: "micro" },
    });
  });

  test("add no groups and the new presets to an empty spec of 1.6", () => {
    const spec = applyDefaults({}, specOf("1.6.2"));
    expect(spec["nodeGroups"]).toEqual({});
    expect(spec["oidc"]).toEqual({ customConfig: { config: "", secretRef: { name: "" } }, mode: "None", users: [] });
    expect(spec["controlPlane"]).toMatchObject({ apiServer: { extraArgs: [], resourcesPreset: "c1.medium" } });
  });

  test("read a null group like an empty one", () => {
    const group = { ephemeralStorage: "20Gi", instanceType: "u1.medium", maxReplicas: 10, minReplicas: 0 };
    expect(applyDefaults({ nodeGroups: { md0: null, w: {} } }, specOf("1.1.2"))["nodeGroups"]).toEqual({
      md0: group,
      w: group,
    });
  });

  test("replace objects and arrays of the wrong type, keep scalars and unknown keys", () => {
    const nonsense = {
      addons: { fluxcd: "yes" },
      bogus: { x: 1 },
      nodeGroups: { w: { gpus: 3, minReplicas: "two", roles: "x" } },
    };
    const spec = applyDefaults(nonsense, specOf("1.1.2"));
    expect(spec["addons"]).toMatchObject({ fluxcd: { enabled: false, valuesOverride: {} } });
    expect(spec["bogus"]).toEqual({ x: 1 });
    expect(spec["nodeGroups"]).toMatchObject({ w: { gpus: [], minReplicas: "two", roles: [] } });
  });

  test("do not change their input", () => {
    const input = { nodeGroups: { w: {} } };
    applyDefaults(input, specOf("1.1.2"));
    expect(input).toEqual({ nodeGroups: { w: {} } });
  });
});
