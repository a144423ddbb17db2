import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterState } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import { apiAddress } from "../object/published.ts";
import type { KnownTenantInfo, ObserveClusterOptions, ObserveOptions } from "../options.ts";
import { clusterState, type TenantInfo } from "../read/observe.ts";
import { poolsOf } from "../read/pools.ts";

/** Returns the observed state of a cluster, including tenant information; undefined if the cluster is certainly gone. Throws CoreError. */
export async function observeCluster(
  context: Context,
  id: ClusterId,
  options: ObserveClusterOptions,
): Promise<ClusterState | undefined> {
  const { signal, fresh = false, tenantInfo: known } = options;
  const { reader } = context;
  try {
    const [platform, object, monitors, ingresses] = await Promise.all([
      context.platformForRead(signal),
      reader.find(id, options),
      reader.monitors(id.namespace, signal, fresh),
      known === "skip" ? undefined : reader.ingresses(id.namespace, signal, fresh),
    ]);
    if (object === undefined) return undefined;
    const pools = await poolsOf(reader, platform, id, signal, fresh);
    const state = (info?: TenantInfo): ClusterState => ({
      ...clusterState(id, object, monitors, platform, info, pools),
      apiAddress: apiAddress(ingresses, id.name),
    });
    const outside = state();
    if (known === "skip") return outside;
    if (known !== undefined && outside.ready && known.key === outside.tenantKey && isSettled(known, outside)) {
      const { endpoint, caCertificate, kubernetesVersion } = known;
      return { ...outside, endpoint, caCertificate, kubernetesVersion };
    }
    return state(await tenantInfo(context, id, signal));
  } catch (error) {
    throw CoreError.from(error, `reading cluster ${id.name}`, signal);
  }
}

/** Returns all clusters of a namespace, without tenant information. Throws CoreError. */
export async function listClusters(
  context: Context,
  namespace: string,
  { signal, fresh = false }: ObserveOptions,
): Promise<ClusterState[]> {
  try {
    const platform = await context.platformForRead(signal);
    const [objects, monitors, ingresses] = await Promise.all([
      context.reader.clusters(namespace, signal, fresh),
      context.reader.monitors(namespace, signal, fresh),
      context.reader.ingresses(namespace, signal, fresh),
    ]);
    const states = objects.map(async (object) => {
      const id = { namespace, name: object.name };
      const pools = await poolsOf(context.reader, platform, id, signal);
      const state = clusterState(id, object, monitors, platform, undefined, pools);
      return { ...state, apiAddress: apiAddress(ingresses, object.name) };
    });
    return await Promise.all(states);
  } catch (error) {
    throw CoreError.from(error, `listing the clusters of ${namespace}`, signal);
  }
}

/** Whether no upgrade is in progress: the running version equals the stored one. */
const isSettled = ({ endpoint, kubernetesVersion }: KnownTenantInfo, { version }: ClusterState): boolean =>
  endpoint !== undefined && version !== undefined && kubernetesVersion?.startsWith(`${version}.`) === true;

async function tenantInfo({ tenants }: Context, id: ClusterId, signal: AbortSignal): Promise<TenantInfo> {
  const kubeconfig = await tenants.kubeconfig(id, signal);
  if (kubeconfig === undefined) return { endpoint: undefined, version: undefined };
  const [endpoint, version] = await Promise.all([
    tenants.endpoint(kubeconfig),
    tenants.version(id, kubeconfig, signal),
  ]);
  return { endpoint, version };
}
