import type { KubeRequest } from "../kube-client.ts";
import { KubeError } from "../kube-error.ts";
import type { Connection } from "./connection.ts";

/** Adds the rejected login of this connection and advice to a rejection by the server. Other errors are unchanged. */
export function withAdvice(error: KubeError, request: KubeRequest, connection: Connection): KubeError {
  switch (error.code) {
    case "Unauthorized":
      return advised(error, refusedLogin(connection));
    case "Forbidden":
      return isAnonymous(error) ? advised(error, anonymous(connection)) : error;
    case "NotFound":
      return isPathUnknown(error) && /^\/apis\/([a-z]+\.)?cozystack\.io\//.test(request.path)
        ? advised(error, otherApi(connection))
        : error;
    default:
      return error;
  }
}

interface Advice {
  readonly summary: string;
  readonly message: string;
  readonly hint: string;
}

const advised = (error: KubeError, { message, summary, hint }: Advice): KubeError =>
  new KubeError(error.code, message, {
    ...(error.status !== undefined && { status: error.status }),
    ...(error.reason !== undefined && { reason: error.reason }),
    fields: error.fields,
    ambiguous: error.ambiguous,
    summary,
    hint,
    cause: error,
  });

/** Whether the server treated the request as anonymous. */
const isAnonymous = ({ message }: KubeError): boolean => message.includes('"system:anonymous"');

/** Whether a 404 concerns the path, not an object. */
const isPathUnknown = ({ reason, message }: KubeError): boolean =>
  reason === undefined || message.includes("could not find the requested resource");

function refusedLogin({ server, credential, clientCertificate, origins }: Connection): Advice {
  const summary = "Login to Hikube failed";
  const again = "Log in again with `kubectl get kubernetes`";
  switch (credential.kind) {
    case "none":
      return clientCertificate === undefined
        ? anonymous({ origins, server })
        : {
            summary,
            message: `${server} did not accept the client certificate (401 Unauthorized).`,
            hint: "It may have been revoked or belong to another platform. Get a new kubeconfig from Hikube.",
          };
    case "token":
    case "tokenFile":
      return {
        summary,
        message: `${server} rejected the token of ${origins.credential} (401 Unauthorized). It may have expired or belong to another platform.`,
        hint: `${again}, or renew the token.`,
      };
    case "basic":
      return {
        summary,
        message: `${server} rejected the user and password of ${origins.credential} (401 Unauthorized).`,
        hint: "Correct them, or use the kubeconfig that Hikube gave you.",
      };
    case "exec":
      return {
        summary,
        message: `${server} rejected the credential of the plugin \`${credential.plugin.command}\` (401 Unauthorized). The login may belong to another platform.`,
        hint: `${again}, and check the plugin's arguments.`,
      };
  }
}

const anonymous = ({ origins, server }: Pick<Connection, "origins" | "server">): Advice => ({
  summary: "No credentials are configured",
  message: `${server}, named by ${origins.server}, treated the request as anonymous.`,
  hint: "Set `token`, `exec` or a client certificate, or use the tenant's kubeconfig with `config_path`.",
});

const otherApi = ({ server, origins }: Connection): Advice => ({
  summary: "Not the Hikube API",
  message: `${server} does not serve this path: it has no \`apps.cozystack.io/v1alpha1\`.`,
  hint:
    `${origins.server} probably names a Kubernetes cluster, such as a cluster of Hikube. Use the tenant's kubeconfig that Hikube ` +
    "gave you. If it is the right one, the platform's API is starting: try again in a minute.",
});
