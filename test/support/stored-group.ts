import { isJsonObject, type JsonObject } from "../../src/base/json.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** What the platform stores of a node group: its own object, or its entry in the cluster; undefined where there is neither. */
export function storedGroup(sandbox: Pick<Sandbox, "stored">, cluster: string, name: string): JsonObject | undefined {
  const pool = sandbox.stored("KubernetesNodes", `${cluster}-${name}`);
  if (pool !== undefined) return pool.values;
  const groups = sandbox.stored("Kubernetes", cluster)?.values["nodeGroups"];
  const group = isJsonObject(groups) ? groups[name] : undefined;
  return isJsonObject(group) ? group : undefined;
}
