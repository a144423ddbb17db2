import { annotations, labels } from "./hikube/shared/checks.ts";
import { isPath, pemComplaint } from "./kube/config/certificates.ts";
import { serverComplaint } from "./kube/config/server-address.ts";
import { CONNECTION_DEFAULTS, PATH_VARIABLES, variablesOf } from "./kube/config/settings.ts";
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

const seconds = (ms: number): string => `\`${ms / 1000}s\``;

const { requestTimeoutMs, maxRetries, execTimeoutMs } = CONNECTION_DEFAULTS;

export const providerSchema = {
  namespace: optional(string, {
    otherwise: "the namespace of the kubeconfig's context",
    environment: ["HIKUBE_NAMESPACE"],
    doc: "The tenant's namespace, e.g. `tenant-acme`.",
  }),
  kubeconfig: optional(string, {
    sensitive: true,
    environment: ["HIKUBE_KUBECONFIG"],
    doc: "Content of a kubeconfig for the Hikube API. Takes precedence over `config_path`.",
  }),
  config_path: optional(string, {
    otherwise: "`~/.kube/config`",
    environment: [...PATH_VARIABLES, "KUBECONFIG"],
    doc:
      "Path of the tenant's kubeconfig; `~` is expanded. A `host` or a credential that is set beside it takes precedence over that of the " +
      "kubeconfig. With a `host`, neither `KUBECONFIG` nor the default file is read.",
  }),
  config_context: optional(string, {
    otherwise: "its current one",
    environment: variablesOf("configContext"),
    doc: "Context of the kubeconfig to use.",
  }),
  host: optional(string, {
    environment: variablesOf("host"),
    doc: "URL of the Hikube API, e.g. `https://api.example.org`; `https://` is assumed. Not the endpoint of a cluster.",
  }),
  token: optional(string, {
    sensitive: true,
    environment: variablesOf("token"),
    doc: "Bearer token, e.g. of the tenant's service account; white space around it is ignored. Prefer the environment. Takes precedence over `exec`. Either this or `token_file`.",
  }),
  token_file: optional(string, {
    environment: ["HIKUBE_TOKEN_FILE"],
    doc:
      "Path of a file with a bearer token, such as a projected service account token. The file is read for each request, so that " +
      "a rotated token is used. Either this or `token`.",
  }),
  cluster_ca_certificate: optional(string, {
    check: ifSet(pemComplaint),
    environment: variablesOf("clusterCaCertificate"),
    doc: 'Certificate of the authority that signs the API, as PEM text and not as a path: `file("ca.pem")`.',
  }),
  client_certificate: optional(string, {
    environment: variablesOf("clientCertificate"),
    doc: "Client certificate as PEM text; needs `client_key`.",
  }),
  client_key: optional(string, {
    sensitive: true,
    environment: variablesOf("clientKey"),
    doc: "Key of the client certificate as PEM text, not encrypted.",
  }),
  insecure: optional(bool, {
    otherwise: "`false`",
    environment: variablesOf("insecure"),
    doc: "Skips the verification of the API's certificate: the connection can be read and changed on the network. Not for production.",
  }),
  tls_server_name: optional(string, {
    environment: variablesOf("tlsServerName"),
    doc: "Name the API's certificate must have, where it differs from the host.",
  }),
  proxy_url: optional(string, {
    otherwise: "that of `HTTPS_PROXY`, unless `NO_PROXY` excludes the host",
    environment: variablesOf("proxyUrl"),
    doc: "HTTP or SOCKS5 proxy to the Hikube API and to the APIs of its clusters, e.g. `socks5://127.0.0.1:1080`.",
  }),
  exec: optional(
    object({
      api_version: required(string, {
        check: notEmpty,
        doc: "`client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.",
      }),
      command: required(string, { check: notEmpty, doc: "Command that prints a credential, e.g. `kubectl`." }),
      args: optional(list(string), { doc: 'Arguments of the command, e.g. `["oidc-login", "get-token", …]`.' }),
      env: optional(map(string), {
        doc: 'Additional environment variables for the command, e.g. `{ BROWSER = "firefox" }`.',
      }),
      timeout: optional(string, {
        check: ifSet(positiveDuration),
        otherwise: seconds(execTimeoutMs),
        environment: ["HIKUBE_EXEC_TIMEOUT"],
        doc: "Time limit for the command, as a duration (`30s`, `2m`). The variable also applies to the command of a kubeconfig.",
      }),
    }),
    {
      doc:
        "Credential plugin. It runs without a terminal, so log in once with kubectl first. Hikube users log in with `kubectl oidc-login`, " +
        "usually through their kubeconfig.",
    },
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
    otherwise: seconds(requestTimeoutMs),
    doc: "Time limit of a single request, as a duration (`30s`, `2m`). Waiting for clusters is limited by `timeouts`.",
  }),
  max_retries: optional(int, {
    check: between(0, 100),
    otherwise: `\`${maxRetries}\``,
    doc: "How many times a request is retried after a network error or a status such as 429 or 503, 0 to 100.",
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
