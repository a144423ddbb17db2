import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../../src/base/json.ts";
import type { Profile } from "./valid-settings.ts";

// Specs of clusters as a console or a YAML file makes them: with every feature, and with keys that this provider does not know.

const pod = (preset: string): JsonObject => ({ resourcesPreset: preset, resources: { cpu: "2", memory: "2048Mi" } });

/** Keys that this provider does not know, at every level of a spec. The platform stores any key. */
export const unknownKeys: readonly (readonly [path: readonly string[], value: Json])[] = [
  [["futureSetting"], { nested: [1, "two", { three: null }] }],
  [["controlPlane", "futureSetting"], "x"],
  [["controlPlane", "apiServer", "futureSetting"], ["x"]],
  [["controlPlane", "apiServer", "resources", "hugepages"], "1Gi"],
  [["controlPlane", "futureComponent"], { resourcesPreset: "nano" }],
  [["nodeGroups", "web", "futureSetting"], { zone: "a" }],
  [["nodeGroups", "sized", "resources", "hugepages"], "2Gi"],
  [["addons", "certManager", "futureSetting"], true],
  [["addons", "futureAddon"], { enabled: true, valuesOverride: { future: { a: 1 } } }],
];

/** The spec with these keys. */
export function withUnknownKeys(spec: JsonObject): JsonObject {
  const whole = structuredClone(spec);
  for (const [path, value] of unknownKeys) {
    let at = whole;
    for (const key of path.slice(0, -1)) {
      const inner = at[key];
      const next = isJsonObject(inner) ? inner : {};
      at[key] = next;
      at = next;
    }
    at[path.at(-1) ?? ""] = structuredClone(value);
  }
  return whole;
}

/** A cluster with every feature that the platform serves. */
export const richSpec = (profile: Profile): JsonObject => ({
  version: "v1.34",
  storageClass: "local",
  host: "api.example.org",
  controlPlane: {
    replicas: 3,
    apiServer: {
      ...pod(profile === "1.1.2" ? "2xlarge" : "c1.large"),
      ...(profile === "1.1.2"
        ? {}
        : {
            extraArgs: ["--v=2"],
            extraVolumes: [{ name: "keys", secret: { secretName: "keys" } }],
            extraVolumeMounts: [{ name: "keys", mountPath: "/etc/keys", readOnly: true }],
          }),
    },
    scheduler: { resourcesPreset: profile === "1.1.2" ? "small" : "t1.small" },
  },
  nodeGroups: {
    web: group(profile, { instanceType: "u1.large", minReplicas: 2, maxReplicas: 5, roles: ["ingress-nginx"] }),
    sized: group(profile, { instanceType: "", resources: { cpu: "4", memory: "16Gi" } }),
    gpu: group(profile, { gpus: [{ name: "nvidia.com/AD102GL_L40S" }, { name: "nvidia.com/AD102GL_L40S" }] }),
    plain: group(profile, {}),
    ...(profile === "1.1.2"
      ? {}
      : {
          tuned: group(profile, { kubelet: { evictionHardMemory: "5%" }, storageClass: "local", maxUnhealthy: "30%" }),
        }),
  },
  addons: {
    certManager: {
      enabled: true,
      valuesOverride: { "cert-manager": { replicaCount: 2, text: "$" + "{not} %{a} template" } },
    },
    ingressNginx: { enabled: true, exposeMethod: "LoadBalancer", hosts: ["www.example.org"] },
    fluxcd: { enabled: true },
    velero: { enabled: false, valuesOverride: { velero: { odd: [1, "two", null, { "a b": 0.5 }] } } },
    coredns: { valuesOverride: { coredns: { replicaCount: 3 } } },
  },
  ...(profile === "1.1.2"
    ? {}
    : {
        oidc: {
          mode: "CustomConfig",
          customConfig: { secretRef: { name: "login" } },
          users: [{ email: "jane@example.org", role: "view" }],
        },
        nodeHealthCheck: { maxUnhealthy: "30%", nodeStartupTimeout: "15m" },
      }),
  images: { unknownToThisProvider: "registry.example.org/image:1" },
});

const group = (profile: Profile, settings: JsonObject): JsonObject => ({
  minReplicas: 0,
  maxReplicas: 10,
  instanceType: "u1.medium",
  [profile === "1.1.2" ? "ephemeralStorage" : "diskSize"]: "20Gi",
  roles: [],
  resources: {},
  gpus: [],
  ...settings,
});

/** The add-ons that the cluster above has. */
export const richAddons = ["cert-manager", "coredns", "fluxcd", "ingress-nginx", "velero"];

export const richGroups = (profile: Profile): string[] => [
  "gpu",
  "plain",
  "sized",
  ...(profile === "1.1.2" ? [] : ["tuned"]),
  "web",
];

/** An object with any part of its members, at all depths; required keys of a group come from the platform. */
export const partOf = (value: Json, depth = 0): fc.Arbitrary<Json> =>
  !isJsonObject(value) || depth > 3
    ? fc.constant(value)
    : fc.record(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, partOf(inner, depth + 1)])), {
        requiredKeys: depth === 2 || Object.hasOwn(value, "name") ? Object.keys(value) : [],
      });
