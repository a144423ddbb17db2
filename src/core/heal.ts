import { isJsonObject, type Json } from "../base/json.ts";
import type { AppObject } from "./cluster-object.ts";
import type { Edit } from "./edit.ts";
import { valueAt } from "./json-pointer.ts";
import type { Change } from "./patch.ts";

const isEmptyObject = (value: Json | undefined): boolean => isJsonObject(value) && Object.keys(value).length === 0;

/** Keys that read the same whether they are stored or not: taking one away changes the stored values and nothing else. */
const candidates = [
  { path: ["spec", "host"], neutral: (value: Json | undefined) => value === "" },
  { path: ["spec", "addons", "cilium", "valuesOverride"], neutral: isEmptyObject },
  { path: ["spec", "addons", "coredns", "valuesOverride"], neutral: isEmptyObject },
  { path: ["spec", "addons", "velero", "valuesOverride"], neutral: isEmptyObject },
] as const;

/** A change of the stored values that nobody can see by reading; undefined where every candidate is in use. */
export function neutralChange(live: AppObject): Change | undefined {
  const found = candidates.find(({ path, neutral }) => neutral(valueAt(live.json, path)));
  return found === undefined ? undefined : { path: found.path, value: undefined };
}

/**
 * The write that starts an upgrade although nothing is to change: a cluster whose repaired values equal the deployed ones keeps its
 * old failure for ever (platform.md §7.1), and a finalizer lost in a metadata-only write comes back with the next upgrade (§1.11).
 */
export function neutralEdit(expectUid: string, reason: string): Edit {
  return {
    owner: reason,
    expectUid,
    build: (live, _platform, first) => {
      const change = first ? neutralChange(live) : undefined;
      return change === undefined ? [] : [change];
    },
  };
}
