import type { AppObject } from "../object/app-object.ts";
import type { Reader } from "./reader.ts";

/** The clusters of a namespace, or one of them. */
export interface ClusterScope {
  readonly namespace: string;
  readonly cluster?: string | undefined;
}

/** Returns the clusters of a scope; undefined if it names one that does not exist. */
export async function clustersIn(
  reader: Reader,
  { namespace, cluster }: ClusterScope,
  signal: AbortSignal,
  fresh = false,
): Promise<AppObject[] | undefined> {
  if (cluster === undefined) return await reader.clusters(namespace, signal, fresh);
  const found = await reader.cluster({ namespace, name: cluster }, signal, fresh);
  return found === undefined ? undefined : [found];
}
