import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import { createSecureContext, type DetailedPeerCertificate, type TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import type { Clock } from "../../base/clock.ts";
import type { Connection } from "../../kube/http/connection.ts";
import { expectedServer } from "../../kube/http/server-name.ts";
import { socksConnector } from "../../kube/http/socks.ts";
import { transportError, trustedAuthorities } from "../../kube/http/transport.ts";
import { KubeError } from "../../kube/kube-error.ts";

/** A certificate of the server. */
export interface ServerCertificate {
  readonly subject: string;
  readonly issuer: string;
  /** Ms since the epoch. */
  readonly validTo: number;
}

/** What one connection to the API showed, up to the first failure. */
export interface Reach {
  /** Addresses of the name; undefined for an IP address, and behind a proxy, which resolves names itself. */
  readonly addresses?: readonly string[];
  /** Why there is no connection. */
  readonly error?: KubeError;
  /** E.g. `TLSv1.3`. */
  readonly protocol?: string;
  /** The server's own certificate first. */
  readonly chain?: readonly ServerCertificate[];
  /** Why the certificate is not trusted. */
  readonly distrust?: KubeError;
  /** The time of the server's answer by its clock and by this machine's, ms since the epoch. */
  readonly date?: { readonly server: number; readonly local: number };
}

const timeoutMs = 10_000;

/** Connects once, without a login, and reads what a connection shows. The certificate is judged, but does not end the connection. */
export async function reach(connection: Connection, clock: Clock, signal: AbortSignal): Promise<Reach> {
  const url = new URL(connection.server);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  let found: Reach = {};
  let socket: TLSSocket | undefined;
  try {
    if (connection.proxy === undefined && isIP(host) === 0) {
      found = { addresses: (await lookup(host, { all: true })).map(({ address }) => address) };
    }
    socket = await open(connection, url, signal);
    const distrust = socket.authorized ? undefined : distrustOf(socket.authorizationError, connection);
    found = {
      ...found,
      protocol: socket.getProtocol() ?? "TLS",
      chain: chainOf(socket.getPeerCertificate(true)),
      ...(distrust === undefined ? {} : { distrust }),
    };
    const date = await dateOf(socket, url, clock, signal);
    return date === undefined ? found : { ...found, date };
  } catch (cause) {
    if (signal.aborted) throw cause;
    const error = cause instanceof KubeError ? cause : transportError(cause, connection, false);
    if (error === undefined) throw cause;
    // What follows the handshake is examined by the requests of the other checks.
    return found.protocol === undefined ? { ...found, error } : found;
  } finally {
    socket?.destroy();
  }
}

async function open(connection: Connection, url: URL, signal: AbortSignal): Promise<TLSSocket> {
  const { ca, insecure, tlsServerName, proxy } = connection;
  const secure = {
    secureContext: createSecureContext({ ca: ca ?? (insecure ? undefined : trustedAuthorities()) }),
    rejectUnauthorized: false,
    ...expectedServer(tlsServerName),
    timeout: timeoutMs,
    allowH2: false,
  };
  const port = url.port || "443";
  const target = { hostname: url.hostname, host: url.host, protocol: "https:", port };
  const at = proxy === undefined ? undefined : new URL(proxy.url);
  const connector = at?.protocol === "socks5:" ? socksConnector(at, secure, timeoutMs) : buildConnector(secure);
  const isHttp = at !== undefined && at.protocol !== "socks5:";
  const httpSocket = isHttp ? await tunnel(at, `${url.hostname}:${port}`, signal) : undefined;
  return await new Promise((resolve, reject) => {
    connector({ ...target, ...(httpSocket === undefined ? {} : { httpSocket }) }, (error, socket) => {
      if (error !== null) reject(error);
      else resolve(socket as TLSSocket);
    });
  });
}

/** Opens a tunnel through an HTTP proxy. */
async function tunnel(proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const send = proxy.protocol === "https:" ? httpsRequest : httpRequest;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization = { "proxy-authorization": `Basic ${Buffer.from(user).toString("base64")}` };
  const request = send({
    host: proxy.hostname,
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: target,
    headers: { host: target, ...(user === ":" ? {} : authorization) },
    agent: false,
    timeout: timeoutMs,
    signal,
  });
  request.on("timeout", () =>
    request.destroy(Object.assign(new Error("no answer"), { code: "UND_ERR_CONNECT_TIMEOUT" })),
  );
  request.end();
  const [answer, socket] = (await once(request, "connect", { signal })) as [IncomingMessage, Socket];
  if (answer.statusCode === 200) return socket;
  socket.destroy();
  throw Object.assign(new Error(`Proxy response (${answer.statusCode}) !== 200 when HTTP Tunneling`), {
    code: "UND_ERR_ABORTED",
  });
}

const distrustOf = (reason: Error | string | null, connection: Connection): KubeError | undefined =>
  transportError(Object.assign(new Error("not trusted"), { code: String(reason) }), connection, false) ??
  new KubeError("Tls", `The certificate of ${connection.server} is not trusted (${String(reason)}).`);

/** Returns the certificates of a chain; an authority that signs itself ends it. */
function chainOf(first: DetailedPeerCertificate): ServerCertificate[] {
  const chain: ServerCertificate[] = [];
  const seen = new Set<string>();
  for (let one: DetailedPeerCertificate | undefined = first; one?.valid_to !== undefined; one = one.issuerCertificate) {
    if (seen.has(one.fingerprint256)) break;
    seen.add(one.fingerprint256);
    chain.push({ subject: nameOf(one.subject), issuer: nameOf(one.issuer), validTo: Date.parse(one.valid_to) });
  }
  return chain;
}

const nameOf = (name: { readonly CN?: string | string[]; readonly O?: string | string[] } | undefined): string =>
  [name?.CN ?? name?.O ?? "unnamed"].flat()[0] ?? "unnamed";

/** Returns the date of an answer, whatever the answer is. */
async function dateOf(socket: TLSSocket, url: URL, clock: Clock, signal: AbortSignal): Promise<Reach["date"]> {
  const path = `${url.pathname.replace(/\/$/, "")}/version`;
  const headers = { host: url.host, connection: "close" };
  const request = httpRequest({ createConnection: () => socket, path, headers, timeout: timeoutMs, signal });
  request.on("timeout", () => request.destroy(new Error("no answer")));
  request.end();
  const [answer] = (await once(request, "response", { signal })) as [IncomingMessage];
  answer.resume();
  const server = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(server) ? undefined : { server, local: clock.now() };
}
