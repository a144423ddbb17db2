import { KubeError } from "../kube-error.ts";
import { textOf } from "./kubeconfig-fields.ts";
import { parseKubeconfig } from "./load-kubeconfig.ts";

/** Where a cluster's API server is. */
export interface Endpoint {
  readonly server: string;
  /** PEM, undefined where the kubeconfig carries none. */
  readonly caCertificate: string | undefined;
}

/** Server address and authority of the current context of a kubeconfig; undefined where the text is not a kubeconfig or names no server. */
export function endpointOf(kubeconfig: string): Endpoint | undefined {
  try {
    const { config } = parseKubeconfig(kubeconfig, "The kubeconfig");
    const cluster = config.getCurrentCluster() ?? config.getClusters()[0];
    const server = cluster && textOf(cluster.server, "server", cluster.name);
    if (cluster === undefined || server === undefined) return undefined;
    const data = textOf(cluster.caData, "certificate-authority-data", cluster.name);
    const pem = data === undefined ? "" : Buffer.from(data, "base64").toString("utf8");
    return { server, caCertificate: pem === "" ? undefined : pem };
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}
