import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { object, string } from "../../schema/kind.ts";
import { kubeconfigAttributes } from "./kubeconfig-attributes.ts";

export const parseKubeconfig = providerFunction("parse_kubeconfig", {
  summary: "Returns the parts of a kubeconfig",
  doc:
    "Returns server, certificates and credentials of the current context of a kubeconfig, under the argument names of the providers " +
    "hashicorp/kubernetes and hashicorp/helm. Certificates and keys are decoded to PEM; what the kubeconfig does not have is null. No " +
    "file is read: a kubeconfig that refers to files is an error. `kubectl config view --raw --flatten` prints one that does not.",
  parameters: [{ name: "kubeconfig", kind: string, doc: "The content of a kubeconfig, YAML or JSON." }],
  returns: object(kubeconfigAttributes),
  call: async (text) => {
    // The parser is loaded on first use.
    const { kubeconfigParts } = await import("../../kube/config/kubeconfig-parts.ts");
    try {
      const { server, exec, ...parts } = kubeconfigParts(text, "The text");
      return {
        host: server,
        cluster_ca_certificate: parts.caCertificate ?? null,
        client_certificate: parts.clientCertificate ?? null,
        client_key: parts.clientKey ?? null,
        token: parts.token ?? null,
        exec:
          exec === undefined
            ? null
            : { api_version: exec.apiVersion, command: exec.command, args: [...exec.args], env: { ...exec.env } },
        namespace: parts.namespace ?? null,
        context: parts.context,
      };
    } catch (error) {
      if (error instanceof KubeError) throw new FunctionError(error.message, 0);
      throw error;
    }
  },
});
