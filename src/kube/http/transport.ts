import { createSecureContext, getCACertificates } from "node:tls";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import { KubeError } from "../kube-error.ts";
import type { ClientCertificate, Connection } from "./connection.ts";
import { expectedServer } from "./server-name.ts";
import { SocksError, socksConnector } from "./socks.ts";

/** Maximum response size: far above an OpenAPI document or a tenant's largest list; limits an endless response. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const CONNECTIONS = 32;
const CONNECT_TIMEOUT_MS = 10_000;

export type DispatcherFactory = (connection: Connection, certificate: ClientCertificate | undefined) => Dispatcher;

/**
 * Returns a pool of keep-alive connections, direct or through the connection's proxy. It verifies the server's certificate unless
 * `insecure` is set.
 */
export const createDispatcher: DispatcherFactory = (connection, certificate) => {
  const defined = (options: object) =>
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const secure = defined({
    // Created once per pool, not per connection: reading some hundred authorities takes ten milliseconds.
    secureContext: createSecureContext(
      defined({
        ca: connection.ca ?? (connection.insecure ? undefined : trustedAuthorities()),
        cert: certificate?.certificate,
        key: certificate?.key,
      }),
    ),
    rejectUnauthorized: !connection.insecure,
    ...expectedServer(connection.tlsServerName),
    timeout: Math.min(CONNECT_TIMEOUT_MS, connection.requestTimeoutMs),
  });
  const pool = {
    connections: CONNECTIONS,
    allowH2: false,
    maxResponseSize: MAX_BODY_BYTES,
    // The attempt has one deadline instead of one per phase.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const { proxy } = connection;
  if (proxy === undefined) return new Agent({ ...pool, connect: secure });
  const url = new URL(proxy.url);
  if (url.protocol === "socks5:") {
    return new Agent({ ...pool, connect: socksConnector(url, { ...secure, allowH2: false }, CONNECT_TIMEOUT_MS) });
  }
  return new ProxyAgent({ ...pool, uri: proxy.url, requestTls: secure, connectTimeout: CONNECT_TIMEOUT_MS });
};

/** Returns the authorities of Node and of the system: companies install their own in the latter, and Go programs use it. */
export function trustedAuthorities(): string[] {
  return [...new Set([...getCACertificates("default"), ...getCACertificates("system")])];
}

/** Failures before any byte of the request was sent. */
const UNSENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refuses connections",
  ENOTFOUND: "its name cannot be resolved",
  EAI_AGAIN: "its name cannot be resolved at the moment",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to its network",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
};

const TLS = /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Error codes of invalid arguments: they have no network cause, and a retry does not help. */
const ARGUMENTS =
  /^(?:UND_ERR_(?:INVALID_|NOT_SUPPORTED|REQ_CONTENT_LENGTH)|ERR_(?:INVALID_|MISSING_|OUT_OF_RANGE|ASSERTION))/;

/**
 * Returns the KubeError for an undici error; undefined for errors without a network cause: a TypeError, a RangeError, an argument that
 * undici or Node rejects. Those are bugs and remain unchanged. `writes`: whether the request may have been carried out.
 */
export function transportError(
  cause: unknown,
  { server, proxy }: Pick<Connection, "server" | "proxy">,
  writes: boolean,
): KubeError | undefined {
  if (cause instanceof TypeError || cause instanceof RangeError) return undefined;
  const error = deepest(cause);
  const refusal = proxy === undefined ? undefined : proxyError(error, proxy.origin, server);
  if (refusal !== undefined) return refusal;
  const code = codeOf(error);
  if (code === "" || ARGUMENTS.test(code)) return undefined;
  if (TLS.test(code)) return tlsError(code, server, cause);
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new KubeError("Malformed", "The API's answer is too large.", {
      cause,
      ambiguous: writes,
    });
  }
  const why = UNSENT[code];
  if (why !== undefined) {
    // A connection error concerns the host that was dialled: with a proxy, that is the proxy.
    const what = proxy === undefined ? `The API at ${server}` : `The proxy in ${proxy.origin}`;
    const unresolved = proxy === undefined && code === "ENOTFOUND";
    return new KubeError("Network", `${what} cannot be reached: ${why}.`, { cause, unresolved });
  }
  const through = proxy === undefined ? "" : ` through the proxy in ${proxy.origin}`;
  return new KubeError("Network", `The connection to the API at ${server}${through} broke (${code}).`, {
    cause,
    ambiguous: writes,
  });
}

/** Returns the error for a proxy's rejection of the connection; undefined for any other failure. */
function proxyError(error: Error | undefined, origin: string, server: string): KubeError | undefined {
  const cause = error;
  if (error instanceof SocksError) {
    const text = `The SOCKS5 proxy in ${origin} does not connect to ${server}: ${error.message}.`;
    return new KubeError("Network", text, { summary: "The proxy does not connect", cause });
  }
  // undici has no specific error for either response.
  const status = /Proxy response \((\d+)\)|\((407)\)/.exec(error?.message ?? "");
  if (status === null) return undefined;
  if (status[1] === "407" || status[2] === "407") {
    return new KubeError("Credential", `The proxy in ${origin} requires a login, or refused the given one (407).`, {
      summary: "The proxy refused the login",
      hint: "Put user and password into its URL: http://user:password@proxy.example.org:3128.",
      cause,
    });
  }
  return new KubeError("Network", `The proxy in ${origin} does not connect to ${server} (HTTP ${status[1]}).`, {
    summary: "The proxy does not connect",
    cause,
  });
}

function tlsError(code: string, server: string, cause: unknown): KubeError {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID" || code === "HOSTNAME_MISMATCH") {
    return new KubeError("Tls", `The certificate of ${server} is for another name.`, {
      summary: "The API's certificate is for another name",
      hint: "Correct `host`, or set `tls_server_name` to the name in the certificate if that is expected.",
      cause,
    });
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    const how = code === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet";
    return new KubeError("Tls", `The certificate of ${server} ${how}.`, {
      summary: `The API's certificate ${how}`,
      hint: "Check the clock of this machine; if it is right, the platform's operators must renew the certificate.",
      cause,
    });
  }
  if (/ALERT|HANDSHAKE/.test(code)) {
    return new KubeError("Tls", `${server} refused the TLS handshake (${code}).`, {
      summary: "TLS handshake refused",
      hint: "Check the client certificate, or leave it out if the API requires none.",
      cause,
    });
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    return new KubeError("Tls", `${server} does not speak TLS as expected (${code}).`, {
      summary: "The server does not speak TLS",
      hint: "Check the host and the port of the API's address, and the proxy between.",
      cause,
    });
  }
  return new KubeError("Tls", `${server} is signed by an authority that this machine does not know (${code}).`, {
    summary: "The API's certificate is not trusted",
    hint: 'Set `cluster_ca_certificate = file("ca.pem")`, or use the kubeconfig from Hikube, which contains it.',
    cause,
  });
}

/** Returns the first error with a code in a chain of causes; an error that only reports an abort is skipped. */
function deepest(cause: unknown): Error | undefined {
  let first: Error | undefined;
  for (let error = cause; error instanceof Error; error = error.cause) {
    first ??= error;
    if (codeOf(error) !== "" && codeOf(error) !== "UND_ERR_ABORTED") return error;
  }
  return first;
}

const codeOf = (error: Error | undefined): string =>
  error !== undefined && "code" in error && typeof error.code === "string" ? error.code : "";
