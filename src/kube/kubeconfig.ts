import { X509Certificate } from "node:crypto";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { createSecureContext } from "node:tls";
import type { ClientCertificate, Connection, ConnectionSettings, Credential, Environment } from "./connection.ts";
import { KubeError } from "./kube-error.ts";
import {
  entryNamed,
  type Kubeconfig,
  type KubeconfigEntry,
  mergeKubeconfigs,
  parseKubeconfig,
  pemOf,
  readKubeconfig,
  textOf,
} from "./kubeconfig-file.ts";
import { credentialOf, impersonation } from "./kubeconfig-user.ts";
import { proxyFor } from "./proxy-for.ts";

export type { Connection, ConnectionSettings } from "./connection.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 5;

/**
 * The connection that settings, environment and kubeconfig describe together. Explicit settings override the environment
 * (`HIKUBE_*` before `KUBE_*`), which overrides the kubeconfig; a kubeconfig that the settings name is not mixed with the environment.
 * With a host given, neither KUBECONFIG nor ~/.kube/config is looked at: their credentials belong to another server.
 * Throws KubeError `Credential` with what to do, in particular where nothing is configured: localhost is never a default.
 */
export async function resolveConnection(settings: ConnectionSettings, env: Environment): Promise<Connection> {
  const named = settings.kubeconfig !== undefined || settings.configPath !== undefined;
  const fields = named ? settings : withEnvironment(settings, env);
  const config = await findKubeconfig(fields, env, fields.host !== undefined);
  const chosen = config === undefined ? undefined : chooseContext(config, fields.configContext);
  const address = fields.host ?? (chosen?.cluster && textOf(chosen.cluster, "server"));
  if (address === undefined) {
    throw new KubeError(
      "Credential",
      config === undefined
        ? "No Hikube API is configured. Set `kubeconfig`, `config_path` or `host` in the provider block, or HIKUBE_KUBECONFIG, " +
            "HIKUBE_CONFIG_PATH, HIKUBE_HOST or KUBECONFIG in the environment, or put the tenant's kubeconfig at ~/.kube/config."
        : `${config.source} names no server for the cluster of its context. Set \`host\`, or choose another \`config_context\`.`,
    );
  }
  const url = serverUrl(address);
  const { cluster, user } = chosen ?? {};
  const ca = fields.clusterCaCertificate === undefined ? await caOf(cluster) : pemFrom(fields.clusterCaCertificate);
  if (ca !== undefined) expectCertificate(ca, "The certificate of the cluster's authority (`cluster_ca_certificate`)");
  const isExplicit = fields.token !== undefined || fields.clientCertificate !== undefined || fields.exec !== undefined;
  const clientCertificate =
    fields.clientCertificate !== undefined && fields.clientKey !== undefined
      ? { certificate: pemFrom(fields.clientCertificate), key: pemFrom(fields.clientKey) }
      : isExplicit
        ? undefined
        : await clientCertificateOf(user);
  if (clientCertificate !== undefined) expectPair(clientCertificate);
  const insecure = fields.insecure ?? cluster?.body["insecure-skip-tls-verify"] === true;
  const connection = {
    server: url.href.replace(/\/$/, ""),
    namespace: chosen?.context && textOf(chosen.context, "namespace"),
    ca: insecure ? undefined : ca,
    insecure,
    tlsServerName: fields.tlsServerName ?? (cluster && textOf(cluster, "tls-server-name")),
    proxyUrl: proxyUrl(fields.proxyUrl ?? (cluster && textOf(cluster, "proxy-url"))) ?? proxyFor(url, env),
    clientCertificate,
    headers: isExplicit ? {} : impersonation(user),
    requestTimeoutMs: fields.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxRetries: fields.maxRetries ?? DEFAULT_RETRIES,
  };
  return {
    ...connection,
    credential: isExplicit ? explicitCredential(fields, env) : credentialOf(user, cluster, connection, env),
  };
}

function withEnvironment(settings: ConnectionSettings, env: Environment): ConnectionSettings {
  const read = (name: string) => env[`HIKUBE_${name}`] || env[`KUBE_${name}`] || undefined;
  const insecure = read("INSECURE");
  const hasOwnCredential = settings.token ?? settings.clientCertificate ?? settings.exec;
  const fromEnvironment = {
    kubeconfig: env["HIKUBE_KUBECONFIG"] || undefined,
    configContext: read("CTX"),
    host: read("HOST"),
    clusterCaCertificate: read("CLUSTER_CA_CERT_DATA"),
    insecure: insecure === undefined ? undefined : ["1", "true", "t"].includes(insecure.toLowerCase()),
    tlsServerName: read("TLS_SERVER_NAME"),
    proxyUrl: read("PROXY_URL"),
    ...(hasOwnCredential === undefined && {
      token: read("TOKEN"),
      clientCertificate: read("CLIENT_CERT_DATA"),
      clientKey: read("CLIENT_KEY_DATA"),
    }),
  };
  const given = Object.entries(fromEnvironment).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...settings };
}

async function findKubeconfig(
  fields: ConnectionSettings,
  env: Environment,
  hasHost: boolean,
): Promise<Kubeconfig | undefined> {
  if (fields.kubeconfig !== undefined) return parseKubeconfig(fields.kubeconfig, "The provider's `kubeconfig`");
  const home = env["HOME"] || env["USERPROFILE"] || homedir();
  const expand = (path: string) => (path === "~" || /^~[/\\]/.test(path) ? join(home, path.slice(1)) : path);
  if (fields.configPath !== undefined) return readAll([expand(fields.configPath)], "`config_path`");
  for (const variable of ["HIKUBE_CONFIG_PATH", "HIKUBE_CONFIG_PATHS", "KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS"]) {
    const value = env[variable];
    if (value) return readAll(variable.endsWith("S") ? value.split(delimiter).map(expand) : [expand(value)], variable);
  }
  if (hasHost) return undefined;
  if (env["KUBECONFIG"]) return readAll(env["KUBECONFIG"].split(delimiter).filter(Boolean).map(expand), "KUBECONFIG");
  // Of an environment without a home, such as a tenant cluster's, there is no default file either.
  return env["HOME"] || env["USERPROFILE"] ? readKubeconfig(join(home, ".kube", "config")) : undefined;
}

/** Files that are missing are passed over, as kubectl does, unless all are. */
async function readAll(paths: readonly string[], origin: string): Promise<Kubeconfig> {
  const found = (await Promise.all(paths.map(readKubeconfig))).filter((config) => config !== undefined);
  const [first, ...rest] = found;
  if (first !== undefined) return mergeKubeconfigs([first, ...rest]);
  throw new KubeError("Credential", `There is no kubeconfig at ${paths.join(", ")}, which ${origin} names.`);
}

interface Chosen {
  readonly context: KubeconfigEntry;
  readonly cluster: KubeconfigEntry;
  readonly user: KubeconfigEntry | undefined;
}

function chooseContext(config: Kubeconfig, asked: string | undefined): Chosen {
  const name = asked ?? config.currentContext;
  if (name === undefined) {
    throw new KubeError(
      "Credential",
      `${config.source} has no current context. Set \`config_context\` to one of its contexts.`,
    );
  }
  const context = entryNamed(config.contexts, "context", name, config.source);
  const clusterName = textOf(context, "cluster");
  if (clusterName === undefined) {
    throw new KubeError("Credential", `The context "${name}" names no cluster. ${config.source} is incomplete.`);
  }
  const userName = textOf(context, "user");
  return {
    context,
    cluster: entryNamed(config.clusters, "cluster", clusterName, config.source),
    user: userName === undefined ? undefined : entryNamed(config.users, "user", userName, config.source),
  };
}

function serverUrl(address: string): URL {
  const text = address.includes("://") ? address : `https://${address}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !["https:", "http:"].includes(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    throw new KubeError(
      "Credential",
      "The address of the API must be an URL such as https://api.example.com:6443, without user or query.",
    );
  }
  return url;
}

function proxyUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (URL.canParse(text) && ["http:", "https:", "socks5:"].includes(new URL(text).protocol)) return text;
  throw new KubeError("Credential", "`proxy_url` must be an http, https or socks5 URL.");
}

async function caOf(cluster: KubeconfigEntry | undefined): Promise<string | undefined> {
  return cluster && pemOf(cluster, "certificate-authority");
}

async function clientCertificateOf(user: KubeconfigEntry | undefined): Promise<ClientCertificate | undefined> {
  if (user === undefined) return undefined;
  const certificate = await pemOf(user, "client-certificate");
  const key = await pemOf(user, "client-key");
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === undefined && key === undefined) return undefined;
  throw new KubeError(
    "Credential",
    `The user "${user.name}" of the kubeconfig has half a client certificate: it needs certificate and key.`,
  );
}

function explicitCredential(fields: ConnectionSettings, env: Environment): Credential {
  if (fields.token !== undefined) return { kind: "token", token: fields.token };
  if (fields.exec === undefined) return { kind: "none" };
  const { apiVersion, command, args = [], env: added = {} } = fields.exec;
  return { kind: "exec", plugin: { apiVersion, command, args, env: { ...env, ...added } } };
}

/** PEM, or PEM in base64: both are found in variables called `…_DATA`. */
function pemFrom(text: string): string {
  return text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
}

function expectCertificate(pem: string, what: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new KubeError("Credential", `${what} is not a PEM certificate.`, { cause });
  }
}

function expectPair({ certificate, key }: ClientCertificate): void {
  expectCertificate(certificate, "The client certificate");
  try {
    createSecureContext({ cert: certificate, key });
  } catch (cause) {
    throw new KubeError(
      "Credential",
      "The key of the client certificate cannot be read, or does not belong to the certificate.",
      { cause },
    );
  }
}
