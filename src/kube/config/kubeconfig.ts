import { bearer } from "../credentials/request-credentials.ts";
import type { ClientCertificate, Connection, ConnectionSettings, Credential, Environment } from "../http/connection.ts";
import { explicitProxy, proxyFor } from "../http/proxy.ts";
import { KubeError } from "../kube-error.ts";
import { authorityComplaint, clientCertificateComplaint, pemFrom } from "./certificates.ts";
import { chooseContext, withoutServer } from "./choose-context.ts";
import { type FoundKubeconfig, findKubeconfig } from "./find-kubeconfig.ts";
import { inClusterConfig, SERVICE_ACCOUNT } from "./in-cluster.ts";
import { pemOf, textOf } from "./kubeconfig-fields.ts";
import { credentialOf, impersonation } from "./kubeconfig-user.ts";
import type { KubectlCluster, KubectlUser } from "./load-kubeconfig.ts";
import { serverUrl } from "./server-address.ts";
import { attributeOf, CONNECTION_DEFAULTS, type EffectiveSettings, effectiveSettings } from "./settings.ts";
import { tokenFileCredential } from "./token-file.ts";

export type { Connection, ConnectionSettings } from "../http/connection.ts";

/**
 * Returns the connection described by settings, environment and kubeconfig. Explicit settings override the environment (`HIKUBE_*`
 * before `KUBE_*`), which overrides the kubeconfig; a kubeconfig from the settings is not combined with the environment. With a host,
 * neither KUBECONFIG nor ~/.kube/config is read, because their credentials belong to another server. Throws KubeError `Credential` with
 * a remedy, in particular if nothing is configured: localhost is never a default. If nothing is configured in a pod, its service account
 * is used. @param now for the validity of certificates, ms since the epoch. @param serviceAccount the folder of a pod's service account.
 */
export async function resolveConnection(
  settings: ConnectionSettings,
  env: Environment,
  now: number = Date.now(),
  serviceAccount: string = SERVICE_ACCOUNT,
): Promise<Connection> {
  const effective = effectiveSettings(settings, env);
  const { fields } = effective;
  const config =
    (await findKubeconfig(effective, env, fields.host !== undefined)) ??
    (await inClusterConfig(fields, env, serviceAccount));
  const chosen = config === undefined ? undefined : chooseContext(config, fields.configContext);
  const { cluster, user } = chosen ?? {};
  const address = fields.host ?? (cluster && textOf(cluster.server, "server", cluster.name));
  if (address === undefined) throw withoutServer(config);
  const server = { origin: fields.host === undefined ? within(config) : effective.origin("host"), address };
  const url = serverUrl(server.address, server.origin, fields.host === undefined ? undefined : "host");
  const isExplicit = EXPLICIT.some((field) => fields[field] !== undefined);
  const insecure = fields.insecure ?? cluster?.skipTLSVerify === true;
  const clusterProxy = cluster && textOf(cluster.proxyUrl, "proxy-url", cluster.name);
  const connection = {
    server: url.href.replace(/\/$/, ""),
    namespace: chosen && textOf(chosen.context.namespace, "namespace", chosen.context.name),
    ca: insecure ? undefined : await authorityOf(effective, cluster),
    insecure,
    tlsServerName: fields.tlsServerName ?? (cluster && textOf(cluster.tlsServerName, "tls-server-name", cluster.name)),
    proxy:
      fields.proxyUrl !== undefined
        ? explicitProxy(fields.proxyUrl, effective.origin("proxyUrl"), "proxy_url")
        : clusterProxy !== undefined
          ? explicitProxy(clusterProxy, `\`proxy-url\` in ${within(config)}`)
          : proxyFor(url, env),
    clientCertificate: isExplicit ? explicitCertificate(effective) : await certificateOf(user),
    headers: isExplicit ? {} : impersonation(user),
    requestTimeoutMs: fields.requestTimeoutMs ?? CONNECTION_DEFAULTS.requestTimeoutMs,
    maxRetries: fields.maxRetries ?? CONNECTION_DEFAULTS.maxRetries,
  };
  const timeoutMs = fields.execTimeoutMs ?? CONNECTION_DEFAULTS.execTimeoutMs;
  const credential = isExplicit
    ? explicitCredential(effective, env, timeoutMs)
    : credentialOf(user, cluster, connection, env, timeoutMs);
  const origins = { server: server.origin, credential: credentialOrigin(effective, isExplicit, user, config) };
  if (credential.kind === "token") bearer(credential.token, origins.credential);
  const hasOther = credential.kind !== "none";
  if (connection.clientCertificate !== undefined) {
    expectUsable(connection.clientCertificate, origins.credential, hasOther, now, isExplicit);
  }
  return { ...connection, credential, origins };
}

/** Settings that replace the user of the kubeconfig. */
const EXPLICIT = ["token", "tokenFile", "clientCertificate", "exec"] as const;

/** Returns the name of a kubeconfig for the middle of a sentence. */
const within = (config: FoundKubeconfig | undefined): string =>
  config?.source.replace(/^The /, "the ") ?? "the kubeconfig";

async function authorityOf(
  { fields, origin }: EffectiveSettings,
  cluster: KubectlCluster | undefined,
): Promise<string | undefined> {
  const own = fields.clusterCaCertificate;
  const pem =
    own === undefined
      ? cluster && (await pemOf(cluster.caData, cluster.caFile, "certificate-authority", cluster.name))
      : pemFrom(own);
  if (pem === undefined) return undefined;
  const complaint = authorityComplaint(own !== undefined && !pem.includes("-----BEGIN") ? own : pem);
  if (complaint === undefined) return pem;
  const what =
    own === undefined
      ? `The authority of the cluster "${cluster?.name}" in the kubeconfig`
      : origin("clusterCaCertificate");
  throw new KubeError("Credential", `${what} ${complaint}.`, {
    summary: "Invalid certificate authority",
    ...(own !== undefined && { setting: attributeOf("clusterCaCertificate") }),
  });
}

function explicitCertificate({ fields }: EffectiveSettings): ClientCertificate | undefined {
  const { clientCertificate, clientKey } = fields;
  if (clientCertificate === undefined || clientKey === undefined) return undefined;
  return { certificate: pemFrom(clientCertificate), key: pemFrom(clientKey) };
}

async function certificateOf(user: KubectlUser | undefined): Promise<ClientCertificate | undefined> {
  if (user === undefined) return undefined;
  const certificate = await pemOf(user.certData, user.certFile, "client-certificate", user.name);
  const key = await pemOf(user.keyData, user.keyFile, "client-key", user.name);
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === undefined && key === undefined) return undefined;
  throw new KubeError(
    "Credential",
    `The user "${user.name}" of the kubeconfig has an incomplete client certificate: it needs \`client-certificate\` and \`client-key\`.`,
  );
}

function explicitCredential({ fields, origin }: EffectiveSettings, env: Environment, timeoutMs: number): Credential {
  if (fields.tokenFile !== undefined) return tokenFileCredential(fields.tokenFile, env, origin("tokenFile"));
  if (fields.token !== undefined) return { kind: "token", token: fields.token };
  if (fields.exec === undefined) return { kind: "none" };
  const { apiVersion, command, args = [], env: added = {} } = fields.exec;
  return { kind: "exec", plugin: { apiVersion, command, args, env: { ...env, ...added }, timeoutMs } };
}

function credentialOrigin(
  { fields, origin }: EffectiveSettings,
  isExplicit: boolean,
  user: KubectlUser | undefined,
  config: FoundKubeconfig | undefined,
): string {
  if (fields.tokenFile !== undefined) return origin("tokenFile");
  if (fields.token !== undefined) return origin("token");
  if (isExplicit) return origin(fields.exec === undefined ? "clientCertificate" : "exec");
  return user === undefined ? within(config) : `the user "${user.name}" in ${within(config)}`;
}

/** Throws for an unusable client certificate. The API server ignores an expired one if the request has another credential. */
function expectUsable(
  pair: ClientCertificate,
  origin: string,
  hasOther: boolean,
  now: number,
  isExplicit: boolean,
): void {
  const complaint = clientCertificateComplaint(pair, now);
  if (complaint === undefined || (hasOther && /^it (?:expired|is not valid)/.test(complaint))) return;
  throw new KubeError("Credential", `The client certificate of ${origin} cannot be used: ${complaint}.`, {
    summary: "Invalid client certificate",
    hint: "Renew it, or get a new kubeconfig from Hikube.",
    ...(isExplicit && { setting: attributeOf(/key/.test(complaint) ? "clientKey" : "clientCertificate") }),
  });
}
