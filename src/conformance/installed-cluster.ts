import type { Json, JsonObject } from "../base/json.ts";
import type { ConformanceProfile } from "./statement.ts";

/**
 * Spec of the one cluster that is really installed: a control plane and not one machine. On 1.1 every group starts with two machines
 * whatever its bounds, so there is none, and null keeps the platform's own away; on 1.6 a group of at most none does (platform.md §3.4, §3.5).
 */
export function installedSpec(profile: ConformanceProfile): JsonObject {
  return profile === "1.1.2"
    ? { nodeGroups: { md0: null } }
    : {
        nodeGroups: {
          none: { minReplicas: 0, maxReplicas: 0, instanceType: "u1.medium", diskSize: "20Gi", roles: [], gpus: [] },
        },
      };
}

/** What every patch of it must say besides: a patch stores what a null reads as, and that is a group (platform.md §7). */
export const keepWithoutMachines = (profile: ConformanceProfile): Json[] =>
  profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : [];

/** A change of the stored values that renders nothing else: values of an add-on that is off. */
export const neutralChange = (value: number): Json => ({
  op: "add",
  path: "/spec/addons/velero/valuesOverride",
  value: { conformance: value },
});
