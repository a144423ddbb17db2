import { KubeError } from "../kube-error.ts";
import { kubeconfigParts } from "./kubeconfig-parts.ts";

/** The address of a cluster's API server. */
export interface Endpoint {
  readonly server: string;
  /** PEM; undefined if the kubeconfig contains none. */
  readonly caCertificate: string | undefined;
}

/** Returns server address and authority of a kubeconfig's current context; undefined for an unusable kubeconfig. */
export function endpointOf(kubeconfig: string): Endpoint | undefined {
  try {
    const { server, caCertificate } = kubeconfigParts(kubeconfig);
    return { server, caCertificate };
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}
