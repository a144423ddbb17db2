import { pemComplaint } from "../../kube/config/certificates.ts";
import { serverComplaint } from "../../kube/config/server-address.ts";
import { optional, required } from "../../schema/attribute.ts";
import { notEmpty } from "../../schema/check.ts";
import { list, map, object, string } from "../../schema/kind.ts";

/** The object of `parse_kubeconfig` and `kubeconfig`, with the argument names of hashicorp/kubernetes. */
export const kubeconfigAttributes = {
  host: required(string, { check: serverComplaint, doc: "URL of the API server." }),
  cluster_ca_certificate: optional(string, {
    check: pemComplaint,
    doc: "PEM certificate of the authority that signs the API server.",
  }),
  client_certificate: optional(string, { check: pemComplaint, doc: "PEM client certificate." }),
  client_key: optional(string, { check: pemComplaint, doc: "PEM key of the client certificate." }),
  token: optional(string, { check: notEmpty, doc: "Bearer token." }),
  exec: optional(
    object({
      api_version: required(string, { check: notEmpty, doc: "`client.authentication.k8s.io/v1` or `…/v1beta1`." }),
      command: required(string, { check: notEmpty, doc: "Command that prints a credential." }),
      args: optional(list(string), { doc: "Arguments of the command." }),
      env: optional(map(string), { doc: "Additional environment variables." }),
    }),
    { doc: "Credential plugin." },
  ),
  namespace: optional(string, { check: notEmpty, doc: "Namespace of the context." }),
  context: optional(string, { check: notEmpty, doc: "Name of the context." }),
} as const;
