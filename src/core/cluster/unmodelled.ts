import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { unmodelledInCluster, unmodelledInPool } from "../desired/unmodelled.ts";
import type { ClusterId } from "../ids.ts";
import type { ObserveOptions } from "../options.ts";
import { poolsOf } from "../read/pools.ts";

/** A setting of an API object that this library does not model. */
export interface UnmodelledSetting {
  readonly cluster: ClusterId;
  /** Where it is stored: the cluster's own object, or that of a node group. */
  readonly kind: "Kubernetes" | "KubernetesNodes";
  readonly name: string;
  /** The keys from the root of the object, e.g. `["spec", "images", "kubectl"]`. */
  readonly path: readonly string[];
}

/** Returns the settings of a namespace's clusters and node groups that this library does not model. Throws CoreError. */
export async function listUnmodelled(
  context: Context,
  namespace: string,
  { signal }: ObserveOptions,
): Promise<UnmodelledSetting[]> {
  try {
    const platform = await context.platformForRead(signal);
    const clusters = await context.reader.clusters(namespace, signal);
    const found = clusters.map(async (object): Promise<UnmodelledSetting[]> => {
      const cluster = { namespace, name: object.name };
      const inSpec = (path: readonly string[]) => ["spec", ...path];
      const own = unmodelledInCluster(object.spec, platform).map(inSpec);
      const pools = await poolsOf(context.reader, platform, cluster, signal);
      return [
        ...own.map((path) => ({ cluster, kind: "Kubernetes" as const, name: object.name, path })),
        ...pools.flatMap(({ name, spec }) =>
          unmodelledInPool(spec, object.spec, platform).map((path) => ({
            cluster,
            kind: "KubernetesNodes" as const,
            name,
            path: inSpec(path),
          })),
        ),
      ];
    });
    return (await Promise.all(found)).flat();
  } catch (error) {
    throw CoreError.from(error, `reading the settings of the clusters in ${namespace}`, signal);
  }
}
