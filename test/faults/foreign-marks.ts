import type { Json } from "../../src/base/json.ts";
import { valueAt } from "../../src/base/json-pointer.ts";
import type { FaultSetup } from "./fault-setup.ts";
import { clusterName, type Scenario } from "./scenarios.ts";

/** Where others keep something in the cluster object, or in a pool of it, and what. */
export type Marks = readonly { readonly pool?: string; readonly path: readonly string[]; readonly value: Json }[];

/** The node group that others run in our cluster. */
export const foreignGroup = "theirs";

/**
 * Puts things of others into the cluster, if there is one: a group, values of two add-ons, a label.
 * @param late no write of ours need follow: then others must not bring back the platform's own group (platform.md §3.4) either.
 */
export async function foreignMarks(
  setup: Pick<FaultSetup, "sandbox" | "profile" | "foreign">,
  scenario: Scenario,
  late: boolean,
): Promise<Marks | undefined> {
  const stored = setup.sandbox.stored("Kubernetes", clusterName);
  if (stored === undefined) return undefined;
  // An import takes every value for ours, and the plan shows what goes: there is nothing of others beside it then.
  const beside =
    scenario.imports !== true &&
    scenario.after.concat(scenario.before).some(({ config }) => config["name"] === "cert-manager");
  const group = {
    minReplicas: 0,
    maxReplicas: 1,
    instanceType: "u1.medium",
    ...(setup.profile === "1.1.2" ? { ephemeralStorage: "20Gi", resources: {} } : { diskSize: "20Gi" }),
  };
  const inPools = setup.profile === "next";
  if (inPools)
    await setup.foreign.addPool(foreignGroup, {
      ...group,
      cluster: clusterName,
      version: stored.values["version"] ?? "",
    });
  const hasGroups = valueAt(stored.values as Json, ["nodeGroups"]) !== undefined;
  const groupAdded: Json[] = [
    ...(hasGroups ? [] : [{ op: "add", path: "/spec/nodeGroups", value: {} }]),
    { op: "add", path: `/spec/nodeGroups/${foreignGroup}`, value: group },
  ];
  await setup.foreign.patch([
    ...(inPools ? [] : groupAdded),
    ...(late && setup.profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : []),
    { op: "add", path: "/spec/addons/velero/valuesOverride", value: { velero: { schedule: "theirs" } } },
    ...(stored.labels === undefined || stored.labels === null
      ? [{ op: "add", path: "/metadata/labels", value: {} }]
      : []),
    { op: "add", path: "/metadata/labels/team", value: "theirs" },
  ]);
  const own = ["addons", "certManager", "valuesOverride", "cert-manager"];
  const isThere = valueAt(setup.sandbox.stored("Kubernetes", clusterName)?.values as Json, own) !== undefined;
  if (beside && isThere) {
    await setup.foreign.patch([
      ...(late && setup.profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : []),
      { op: "add", path: "/spec/addons/certManager/valuesOverride/cert-manager/theirs", value: 7 },
    ]);
  }
  return [
    ...(["maxReplicas", "instanceType"] as const).map((key) => ({
      ...(inPools ? { pool: foreignGroup } : {}),
      path: ["values", ...(inPools ? [] : ["nodeGroups", foreignGroup]), key],
      value: group[key],
    })),
    { path: ["values", "addons", "velero", "valuesOverride", "velero", "schedule"], value: "theirs" },
    ...(scenario.imports === true ? [] : [{ path: ["labels", "apps.cozystack.io-team"], value: "theirs" }]),
    ...(beside && isThere ? [{ path: ["values", ...own, "theirs"], value: 7 }] : []),
  ];
}
