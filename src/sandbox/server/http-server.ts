import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server, type TLSSocket } from "node:tls";
import type { Json } from "../../base/json.ts";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Without parameters, lower case. */
  readonly contentType: string;
  /** As UTF-8 text, and as received. */
  readonly body: string;
  readonly bytes: Buffer;
  /** Subject of a client certificate that the server's authority signed; `untrusted` for any other certificate. */
  readonly certificate:
    | { readonly commonName: string; readonly organizations: readonly string[] }
    | "untrusted"
    | undefined;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

export type HttpAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: Json;
      /** Only so many bytes of the body are sent. */
      readonly broken?: { readonly bytes: number; readonly ends: "reset" | "hang" };
    }
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
  /** Lines, each sent as soon as it is generated. */
  | { readonly status: number; readonly lines: AsyncIterable<Json> }
  | { readonly reset: true }
  | { readonly hang: true };

export interface HttpServer {
  readonly port: number;
  stop(): Promise<void>;
}

interface HttpServerOptions {
  readonly certificate: string;
  readonly privateKey: string;
  /** Authority of the accepted client certificates. */
  readonly clientAuthority: string;
  /** 0 for any; a taken port is replaced by a free one. */
  readonly port: number;
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  /** The answer where `handle` failed. */
  readonly failed: (error: unknown) => HttpAnswer;
  /** Changes to the default limits. */
  readonly limits?: Partial<HttpLimits>;
}

/** Limits that protect the server from any client. */
export interface HttpLimits {
  /** A larger body is answered 413. */
  readonly bodyBytes: number;
  /** Larger or more headers are answered 431. */
  readonly headerBytes: number;
  readonly headers: number;
  /** Concurrent connections; a further one is closed at once. */
  readonly connections: number;
  /** Real milliseconds for a TLS handshake; then the connection is closed. */
  readonly handshakeMs: number;
  /** Real milliseconds for the headers of a request and for the whole request; then the answer is 408. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often those two are checked. */
  readonly checkMs: number;
}

/** The limit of the body is that of a kube-apiserver; the others are far above what kubectl and providers need. */
const httpLimits: HttpLimits = {
  bodyBytes: 3 * 1024 * 1024,
  headerBytes: 64 * 1024,
  headers: 100,
  connections: 1_000,
  handshakeMs: 10_000,
  headersMs: 10_000,
  requestMs: 60_000,
  checkMs: 5_000,
};

/** An HTTPS server on 127.0.0.1. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const limits = { ...httpLimits, ...options.limits };
  const http = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: 60_000,
    },
    (request, response) => {
      respond(options, limits, request, response).catch(() => response.destroy());
    },
  );
  // Begins the checks of the connections, which are handed to it. Bun's own HTTPS server does not tell the client's certificate.
  http.emit("listening");
  const sockets = new Set<TLSSocket>();
  const server = createTlsServer(
    {
      cert: options.certificate,
      key: options.privateKey,
      ca: options.clientAuthority,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ["http/1.1"],
      handshakeTimeout: limits.handshakeMs,
    },
    (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      http.emit("connection", socket);
    },
  );
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  server.maxConnections = limits.connections;
  const port = await listen(server, options.port);
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        http.close();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (port !== 0 && error.code === "EADDRINUSE") listen(server, 0).then(resolve, reject);
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function respond(
  options: HttpServerOptions,
  limits: HttpLimits,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseTarget(incoming.url ?? "/");
  const method = incoming.method ?? "GET";
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const body = await readBody(incoming, limits.bodyBytes);
  let answer: HttpAnswer;
  if (url === undefined) answer = plain(400, "400 Bad Request");
  else if (incoming.rawHeaders.length > 2 * limits.headers) answer = plain(431, "Request Header Fields Too Large\n");
  else if (body === undefined) answer = plain(413, `Request entity too large: limit is ${limits.bodyBytes}\n`);
  else {
    try {
      answer = await options.handle({
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
        contentType: (incoming.headers["content-type"] ?? "").replace(/;.*$/, "").trim().toLowerCase(),
        body: body.toString("utf8"),
        bytes: body,
        certificate: clientOf(incoming.socket as TLSSocket),
        signal: gone.signal,
      });
    } catch (error) {
      answer = options.failed(error);
    }
  }
  await send(answer, response, gone.signal);
}

const plain = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  text,
});

/** The target of a request; undefined where Go's server refuses it, too, e.g. for an invalid escape. */
function parseTarget(target: string): URL | undefined {
  try {
    const url = new URL(target, "https://127.0.0.1");
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}

async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // The rest is read and discarded, so that the answer reaches a client that is still sending.
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}

function clientOf(socket: TLSSocket): HttpRequest["certificate"] {
  const subject = socket.getPeerCertificate().subject;
  if (!socket.authorized) return subject === undefined ? undefined : "untrusted";
  const commonName: string | string[] | undefined = subject?.CN;
  if (typeof commonName !== "string") return undefined;
  const organization: string | string[] | undefined = subject.O;
  return { commonName, organizations: organization === undefined ? [] : [organization].flat() };
}

async function send(answer: HttpAnswer, response: ServerResponse, signal: AbortSignal): Promise<void> {
  if ("reset" in answer) response.socket?.destroy();
  else if ("hang" in answer) return;
  else if ("lines" in answer) {
    response.writeHead(answer.status, { "content-type": "application/json", "cache-control": "no-cache, private" });
    response.flushHeaders();
    for await (const line of answer.lines) {
      if (signal.aborted) return;
      response.write(`${JSON.stringify(line)}\n`);
    }
    response.end();
  } else {
    const text = "text" in answer ? answer.text : JSON.stringify(answer.body);
    const headers = { "content-type": "application/json", ...answer.headers };
    if ("broken" in answer && answer.broken !== undefined) {
      const { bytes, ends } = answer.broken;
      response.writeHead(answer.status, { ...headers, "content-length": String(Buffer.byteLength(text)) });
      response.write(Buffer.from(text).subarray(0, bytes), () => {
        if (ends === "reset") response.socket?.destroy();
      });
      return;
    }
    response.writeHead(answer.status, headers);
    response.end(text);
  }
}
