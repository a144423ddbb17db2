import { createSecureContext, getCACertificates } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { ClientCertificate, Connection } from "./connection.ts";
import { KubeError } from "./kube-error.ts";

/** More than an OpenAPI document or a tenant's largest list by far; an endless answer stops here. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 32;
const CONNECT_TIMEOUT_MS = 10_000;

export type DispatcherFactory = (connection: Connection, certificate: ClientCertificate | undefined) => Dispatcher;

/** A pool of kept-alive connections, direct or through the connection's proxy, that verifies the server's certificate unless told not to. */
export const createDispatcher: DispatcherFactory = (connection, certificate) => {
  const defined = (options: object) =>
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const secure = defined({
    // Made once, not by each connection: to read some hundred authorities takes ten milliseconds.
    secureContext: createSecureContext(
      defined({
        ca: connection.ca ?? (connection.insecure ? undefined : trustedAuthorities()),
        cert: certificate?.certificate,
        key: certificate?.key,
      }),
    ),
    rejectUnauthorized: !connection.insecure,
    servername: connection.tlsServerName,
    timeout: Math.min(CONNECT_TIMEOUT_MS, connection.requestTimeoutMs),
  });
  const pool = {
    connections: CONNECTIONS,
    allowH2: false,
    maxResponseSize: MAX_BODY_BYTES,
    // The deadline of the attempt rules, not one per phase.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return connection.proxyUrl === undefined
    ? new Agent({ ...pool, connect: secure })
    : new ProxyAgent({ ...pool, uri: connection.proxyUrl, requestTls: secure, connectTimeout: CONNECT_TIMEOUT_MS });
};

/** Node's own authorities and the system's: companies add theirs to the latter, and Go programs read it. */
function trustedAuthorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

/** Failures before a single byte of the request left. */
const UNSENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"];

const TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/;

/** The KubeError for what undici threw. `sent` tells whether the request may have been carried out. */
export function transportError(cause: unknown, server: string, writes: boolean): KubeError {
  const code = codeOf(cause);
  if (TLS.test(code)) return new KubeError("Tls", tlsText(code, server), { cause });
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new KubeError("Malformed", "The API's answer is larger than any that could be meant.", {
      cause,
      ambiguous: writes,
    });
  }
  if (UNSENT.includes(code)) {
    const why = UNSENT_TEXTS[code] ?? "the connection could not be made";
    return new KubeError("Network", `The API at ${server} cannot be reached: ${why}.`, { cause });
  }
  return new KubeError("Network", `The connection to the API at ${server} broke${code === "" ? "" : ` (${code})`}.`, {
    cause,
    ambiguous: writes,
  });
}

const UNSENT_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses connections",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved for the moment",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
};

function tlsText(code: string, server: string): string {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") {
    return `The certificate of ${server} is for another name. Set \`tls_server_name\` if that is expected.`;
  }
  if (code === "CERT_HAS_EXPIRED") return `The certificate of ${server} has expired.`;
  if (/ALERT|HANDSHAKE/.test(code))
    return `${server} refused the TLS handshake (${code}). Is the client certificate right?`;
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return `${server} does not speak TLS as expected (${code}).`;
  return `The certificate of ${server} is not trusted (${code}). Set \`cluster_ca_certificate\` to the authority that signs it.`;
}

function codeOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ("code" in error && typeof error.code === "string" && error.code !== "UND_ERR_ABORTED") return error.code;
  }
  return "";
}
