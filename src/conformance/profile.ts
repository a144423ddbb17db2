import type { Json, JsonObject } from "../base/json.ts";

/** Platform versions whose behaviour is known (platform.md §0). `next` is the announced one after 1.6. */
export type ConformanceProfile = "1.1.2" | "1.6.2" | "next";

export const allProfiles: readonly ConformanceProfile[] = ["1.1.2", "1.6.2", "next"];
/** Versions that hide write conflicts and serve options (1.5 and newer). */
export const recentProfiles: readonly ConformanceProfile[] = ["1.6.2", "next"];
/** Versions that keep node groups in the spec of the cluster. */
export const groupsInSpec: readonly ConformanceProfile[] = ["1.1.2", "1.6.2"];

/** What the steps of a statement need to know of a version. */
export interface PlatformFacts {
  /** Key of a node's disk in a node group; it was renamed in 1.4 (platform.md §1.9). */
  readonly diskField: "ephemeralStorage" | "diskSize";
  /** Spec of a cluster that runs a control plane and no machine (platform.md §3.4, §3.5). */
  readonly withoutMachines: JsonObject;
  /** Operations that every patch of that cluster needs so that it stays without machines. */
  readonly keepWithoutMachines: readonly Json[];
  /** Whether a cluster that was repaired may become ready without a further change (platform.md §7.1). */
  readonly repairMayClearFailure: boolean;
  /** The longest name of a cluster, and the text of the refusal of a longer one (platform.md §1.3). */
  readonly longestName: number;
  readonly nameRefusal: RegExp;
}

const byPrefix = /must be no more than 42 characters \(release prefix "kubernetes-"\)/;

export const factsOf: Readonly<Record<ConformanceProfile, PlatformFacts>> = {
  "1.1.2": {
    diskField: "ephemeralStorage",
    // Every group starts with two machines whatever its bounds, so there is none; null removes the platform's own.
    withoutMachines: { nodeGroups: { md0: null } },
    // A patch stores what a null reads as, which is a group (platform.md §7).
    keepWithoutMachines: [{ op: "add", path: "/spec/nodeGroups/md0", value: null }],
    repairMayClearFailure: false,
    longestName: 42,
    nameRefusal: byPrefix,
  },
  "1.6.2": {
    diskField: "diskSize",
    withoutMachines: {
      nodeGroups: {
        none: { minReplicas: 0, maxReplicas: 0, instanceType: "u1.medium", diskSize: "20Gi", roles: [], gpus: [] },
      },
    },
    keepWithoutMachines: [],
    repairMayClearFailure: true,
    longestName: 42,
    nameRefusal: byPrefix,
  },
  next: {
    diskField: "diskSize",
    withoutMachines: {},
    keepWithoutMachines: [],
    repairMayClearFailure: true,
    longestName: 32,
    nameRefusal: /must be no more than 32 characters so its worker pools .* fit/,
  },
};
