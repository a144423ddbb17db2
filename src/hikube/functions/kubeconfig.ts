import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { pemFrom } from "../../kube/config/certificates.ts";
import { dynamic, string } from "../../schema/kind.ts";
import { kubeconfigAttributes } from "./kubeconfig-attributes.ts";
import { objectArgument } from "./object-argument.ts";

export const kubeconfig = providerFunction("kubeconfig", {
  summary: "Returns a kubeconfig",
  doc:
    "Returns a kubeconfig with one context as YAML, from an object with `host`, a credential and the optional `cluster_ca_certificate`, " +
    "`namespace` and `context`. The credential is `client_certificate` and `client_key` (PEM), `token`, or " +
    "`exec = { api_version, command, args, env }`. `parse_kubeconfig` returns such an object.",
  parameters: [{ name: "kubeconfig", kind: dynamic, doc: "The parts of the kubeconfig, an object." }],
  returns: string,
  call: async (value) => {
    const parts = objectArgument(kubeconfigAttributes, value, 0);
    const { client_certificate: certificate, client_key: key, token, exec } = parts;
    if ((certificate === null) !== (key === null)) {
      const [set, missing] =
        certificate === null ? ["client_key", "client_certificate"] : ["client_certificate", "client_key"];
      throw new FunctionError(`has \`${set}\` and no \`${missing}\`; set both or none`, 0);
    }
    if (certificate === null && token === null && exec === null) {
      throw new FunctionError("has no credential; set `client_certificate` and `client_key`, `token`, or `exec`", 0);
    }
    const { writeKubeconfig } = await import("../../kube/config/write-kubeconfig.ts");
    const pem = (text: string | null) => (text === null ? undefined : pemFrom(text));
    return writeKubeconfig({
      context: parts.context ?? "default",
      namespace: parts.namespace ?? undefined,
      server: parts.host,
      caCertificate: pem(parts.cluster_ca_certificate),
      clientCertificate: pem(certificate),
      clientKey: pem(key),
      token: token ?? undefined,
      exec:
        exec === null
          ? undefined
          : { apiVersion: exec.api_version, command: exec.command, args: exec.args ?? [], env: exec.env ?? {} },
    });
  },
});
