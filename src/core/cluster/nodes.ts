import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { ClusterId } from "../ids.ts";
import type { WaitOptions } from "../options.ts";
import type { TenantNode } from "../read/tenants.ts";
import { awaitKubeconfig } from "./kubeconfig.ts";

/** Returns the nodes of a cluster that answers; undefined if it does not, or if waiting for it may help. */
async function nodesNow(context: Context, id: ClusterId, signal: AbortSignal): Promise<TenantNode[] | undefined> {
  const { reader, tenants } = context;
  try {
    const cluster = await reader.cluster(id, signal);
    if (cluster === undefined || cluster.deletedAt !== undefined) return undefined;
    const kubeconfig = await tenants.kubeconfig(id, signal);
    return kubeconfig === undefined ? undefined : await tenants.nodes(id, kubeconfig, signal);
  } catch (error) {
    throw CoreError.from(error, `reading the nodes of cluster ${id.name}`, signal);
  }
}

/**
 * Returns the nodes of a cluster, read from its own API. Waits until that API answers. Throws CoreError as `awaitKubeconfig`, and
 * Unreachable if the nodes cannot be read.
 */
export async function listNodes(context: Context, id: ClusterId, options: WaitOptions): Promise<TenantNode[]> {
  const now = await nodesNow(context, id, options.signal);
  if (now !== undefined) return now;
  const { text, parts } = await awaitKubeconfig(context, id, { ...options, waitFor: "ready" });
  const nodes = await context.tenants.nodes(id, text, options.signal);
  if (nodes !== undefined) return nodes;
  const error = context.tenants.lastError(id);
  throw new CoreError(
    "Unreachable",
    `The API of cluster ${id.name} at ${parts.server} did not list its nodes${error === undefined ? " in time" : `: ${error.message}`}`,
    {
      summary: `The nodes of cluster ${id.name} cannot be read`,
      hint: "The nodes are read from the cluster's own API. Check that its address can be reached from here, and the proxy.",
      path: ["clusterId"],
      cause: error,
    },
  );
}
