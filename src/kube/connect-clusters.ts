import { resolveConnection } from "./config/kubeconfig.ts";
import { type ConnectOptions, connect } from "./http/connect.ts";
import type { Connection, Environment } from "./http/connection.ts";
import type { KubeClient } from "./kube-client.ts";

/**
 * Creates clients for the APIs of a tenant's clusters from their kubeconfigs. They use the platform's proxies, but never the platform's
 * credentials.
 */
export function clusterConnector(
  platform: Connection,
  env: Environment,
  options: ConnectOptions,
): (kubeconfig: string) => Promise<KubeClient> {
  const proxyUrl = platform.proxy?.explicit === true ? platform.proxy.url : undefined;
  const proxies = Object.fromEntries(Object.entries(env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name)));
  return async (kubeconfig) => {
    const settings = { kubeconfig, ...(proxyUrl !== undefined && { proxyUrl }) };
    return connect(await resolveConnection(settings, proxies), options);
  };
}
