import { jsonEqual } from "../../base/json.ts";
import { toPointer, valueAt } from "../../base/json-pointer.ts";
import type { Change } from "../desired/patch.ts";
import type { AppObject } from "../object/app-object.ts";
import { lastWriteOf } from "../object/last-write.ts";
import type { Owner } from "../owner.ts";
import type { Platform } from "../platform/platform.ts";
import { defaultAt } from "../platform/schema-defaults.ts";
import type { Edit } from "../write/edit.ts";

/** Keys of a `Kubernetes` and of a `KubernetesNodes` object whose default reads the same whether it is stored or not. */
const candidates = {
  cluster: [["host"], ...["cilium", "coredns", "velero"].map((addon) => ["addons", addon, "valuesOverride"])],
  pool: [["roles"], ["resources"], ["maxUnhealthy"], ["nodeStartupTimeout"]],
};

/**
 * Returns a change of the stored values that a read does not show: the removal of one key that has its default value. Every other write
 * stores the key again, so the key removed by the last write is not a candidate. undefined if no candidate is left.
 */
export function neutralChange(live: AppObject, platform: Platform): Change | undefined {
  const isPool = live.json["kind"] === "KubernetesNodes";
  const schema = (isPool ? platform.poolSpec : platform.clusterSpec) ?? {};
  const found = (isPool ? candidates.pool : candidates.cluster).find((path) => {
    const value = valueAt(live.spec, path);
    const isTaken = lastWriteOf(live)?.removed === toPointer(["spec", ...path]);
    return value !== undefined && !isTaken && jsonEqual(value, defaultAt(schema, path));
  });
  return found === undefined ? undefined : { path: ["spec", ...found], value: undefined };
}

/**
 * Returns the edit that starts a Helm upgrade without changing a setting: a cluster whose repaired values equal the deployed ones keeps
 * its old failure (platform.md §7.1), and a finalizer lost in another write is restored by the next upgrade (§1.11).
 * @param version the write is made only while the object has this resource version.
 */
export function neutralEdit(owner: Owner, expectUid: string, version?: string): Edit {
  return {
    owner,
    purpose: "reconcile",
    expectUid,
    build: (live, platform, first) => {
      if (!first || (version !== undefined && live.resourceVersion !== version)) return [];
      const change = neutralChange(live, platform);
      return change === undefined ? [] : [change];
    },
  };
}
