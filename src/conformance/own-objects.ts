import { isJsonObject } from "../base/json.ts";
import { clustersPath, monitorsPath } from "../core/ids.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { at, itemsOf, namesOf } from "./answer.ts";

/** The clusters of this run that still exist. */
export async function ownClusters(
  client: KubeClient,
  namespace: string,
  isOwn: (name: string) => boolean,
  signal: AbortSignal,
): Promise<{ name: string; deleting: boolean }[]> {
  const list = await client.request({ method: "GET", path: clustersPath(namespace), signal });
  return itemsOf(isJsonObject(list) ? list : {})
    .map((item) => ({
      name: String(at(item, "metadata", "name")),
      deleting: at(item, "metadata", "deletionTimestamp") !== undefined,
    }))
    .filter(({ name }) => isOwn(name));
}

/** Names of the monitors of this run's clusters: the remains of a cluster that was removed without being uninstalled. */
export async function ownMonitors(
  client: KubeClient,
  namespace: string,
  prefix: string,
  signal: AbortSignal,
): Promise<string[]> {
  const list = await client.request({ method: "GET", path: monitorsPath(namespace), signal });
  return namesOf(isJsonObject(list) ? list : {}).filter((name) => name.startsWith(`kubernetes-${prefix}-`));
}
