import { KubeError } from "../kube-error.ts";
import { textOf } from "./kubeconfig-fields.ts";
import { parseKubeconfig } from "./load-kubeconfig.ts";

/** The address of a cluster's API server. */
export interface Endpoint {
  readonly server: string;
  /** PEM; undefined if the kubeconfig contains none. */
  readonly caCertificate: string | undefined;
}

/** Returns server address and authority of a kubeconfig's current context; undefined for an invalid kubeconfig or one without server. */
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
