import { annotations, labels } from "./hikube/shared/checks.ts";
import { isPath, pemComplaint } from "./kube/config/certificates.ts";
import { serverComplaint } from "./kube/config/server-address.ts";
import { tokenFileComplaint } from "./kube/config/token-file.ts";
import { proxyComplaint } from "./kube/http/proxy.ts";
import { optional, required } from "./schema/attribute.ts";
import { between, type Check, notEmpty, positiveDuration } from "./schema/check.ts";
import { bool, int, list, map, object, string } from "./schema/kind.ts";

/** Skips the check of an empty text, which means unset: it often comes from a variable without a value. */
const ifSet =
  (check: Check<string>): Check<string> =>
  (value) =>
    value === "" ? undefined : check(value);

export const providerSchema = {
  namespace: optional(string, {
    doc: "The tenant's namespace, e.g. `tenant-acme`. Default: `HIKUBE_NAMESPACE`, then the namespace of the kubeconfig's context.",
  }),
  kubeconfig: optional(string, {
    sensitive: true,
    doc: "Content of a kubeconfig for the Hikube API. Environment: `HIKUBE_KUBECONFIG`.",
  }),
  config_path: optional(string, {
    doc: "Path of a kubeconfig file. Environment: `HIKUBE_CONFIG_PATH`, `KUBE_CONFIG_PATH`, `KUBECONFIG`.",
  }),
  config_context: optional(string, {
    doc: "Context of the kubeconfig to use. Default: its current one. Environment: `HIKUBE_CTX`, `KUBE_CTX`.",
  }),
  host: optional(string, {
    doc: "URL of the Hikube API. Environment: `HIKUBE_HOST`, `KUBE_HOST`.",
  }),
  token: optional(string, {
    sensitive: true,
    doc: "Bearer token. White space around it is ignored. Environment: `HIKUBE_TOKEN`, `KUBE_TOKEN`.",
  }),
  token_file: optional(string, {
    doc:
      "Path of a file with a bearer token, such as a projected service account token. The file is read for each request, so that a rotated " +
      "token is used. Either this or `token`. Environment: `HIKUBE_TOKEN_FILE`.",
  }),
  cluster_ca_certificate: optional(string, {
    check: ifSet(pemComplaint),
    doc: "PEM certificate of the authority that signs the API. Environment: `HIKUBE_CLUSTER_CA_CERT_DATA`, `KUBE_CLUSTER_CA_CERT_DATA`.",
  }),
  client_certificate: optional(string, {
    doc: "PEM client certificate. Environment: `HIKUBE_CLIENT_CERT_DATA`, `KUBE_CLIENT_CERT_DATA`.",
  }),
  client_key: optional(string, {
    sensitive: true,
    doc: "PEM key of the client certificate, not encrypted. Environment: `HIKUBE_CLIENT_KEY_DATA`, `KUBE_CLIENT_KEY_DATA`.",
  }),
  insecure: optional(bool, {
    doc: "Whether the API's certificate goes unchecked. Everything sent can be read and changed on the way then. Environment: `HIKUBE_INSECURE`, `KUBE_INSECURE`.",
  }),
  tls_server_name: optional(string, {
    doc: "Name the API's certificate must have, where it differs from the host. Environment: `HIKUBE_TLS_SERVER_NAME`, `KUBE_TLS_SERVER_NAME`.",
  }),
  proxy_url: optional(string, {
    doc: "HTTP or SOCKS5 proxy to the Hikube API and to the APIs of its clusters, e.g. `socks5://127.0.0.1:1080`. Environment: `HIKUBE_PROXY_URL`, `KUBE_PROXY_URL`, then `HTTPS_PROXY` and `NO_PROXY`.",
  }),
  exec: optional(
    object({
      api_version: required(string, {
        check: notEmpty,
        doc: "`client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.",
      }),
      command: required(string, { check: notEmpty, doc: "Command that prints a credential, e.g. `kubectl`." }),
      args: optional(list(string), { doc: 'Its arguments, e.g. `["oidc-login", "get-token", …]`.' }),
      env: optional(map(string), { doc: "Additional environment variables for the command." }),
      timeout: optional(string, {
        check: ifSet(positiveDuration),
        doc: "Time limit for the command, as a duration. Default: `60s`. Environment: `HIKUBE_EXEC_TIMEOUT`, which also applies to the command of a kubeconfig.",
      }),
    }),
    { doc: "Credential plugin. Hikube users log in with `kubectl oidc-login`, usually through their kubeconfig." },
  ),
  default_labels: optional(map(string), {
    check: labels,
    doc:
      "Labels of the objects of all clusters, beside the ones of each `hikube_cluster`, whose `labels` win. What is taken out here is " +
      "taken off the clusters by the next apply.",
  }),
  default_annotations: optional(map(string), {
    check: annotations,
    doc: "Annotations of the objects of all clusters, like `default_labels`.",
  }),
  request_timeout: optional(string, {
    check: ifSet(positiveDuration),
    doc: "Longest time one request may take, e.g. `30s`, the default.",
  }),
  max_retries: optional(int, {
    check: between(0, 100),
    doc: "How often a request that failed in passing is tried again. Default: 5.",
  }),
} as const;

/**
 * Checks of attributes that may contain a secret, or a URL with a password. Terraform prints the source line of a diagnostic with an
 * attribute path, so the path is set only if the value cannot be secret.
 */
export const secretChecks: Readonly<
  Partial<
    Record<
      keyof typeof providerSchema,
      { readonly check: Check<string>; readonly isShowable: (value: string) => boolean }
    >
  >
> = {
  kubeconfig: {
    check: (value) =>
      isPath(value) ? "must be the content of a kubeconfig, but looks like a path. Use `config_path`" : undefined,
    isShowable: isPath,
  },
  token: {
    check: (value) =>
      /^[\x21-\x7e]*$/.test(value.trim())
        ? undefined
        : "must be one line without blanks and characters that no token has",
    isShowable: () => false,
  },
  token_file: { check: tokenFileComplaint, isShowable: () => false },
  client_certificate: { check: pemComplaint, isShowable: isPath },
  client_key: { check: pemComplaint, isShowable: isPath },
  host: { check: serverComplaint, isShowable: (value) => !value.includes("@") },
  proxy_url: { check: proxyComplaint, isShowable: (value) => !value.includes("@") },
};
