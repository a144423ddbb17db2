import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createCertificate } from "../../src/base/certificate/certificate.ts";
import type { Connection } from "../../src/kube/http/connection.ts";

const notBefore = new Date(Date.now() - 60_000);
const notAfter = new Date(Date.now() + 3_600_000);
export const authority = createCertificate({
  subject: { commonName: "test authority" },
  isAuthority: true,
  usages: [],
  notBefore,
  notAfter,
});
export const clientIdentity = createCertificate({
  subject: { commonName: "client" },
  issuer: authority,
  usages: ["clientAuth"],
  notBefore,
  notAfter,
});

/** What the server does with one request; the next takes the next, and the last stays. */
export type Scripted = (request: IncomingMessage & { text: string }, response: ServerResponse) => void;

export interface ApiServer {
  readonly url: string;
  readonly requests: { method: string; url: string; headers: IncomingMessage["headers"]; text: string }[];
  close(): Promise<void>;
}

/** A small HTTPS server on a port of its own that follows a script. */
export async function apiServer(
  script: readonly Scripted[],
  options: { dnsNames?: string[]; requestCert?: boolean; plain?: boolean; host?: "127.0.0.1" | "::1" } = {},
): Promise<ApiServer> {
  const { host = "127.0.0.1" } = options;
  const certificate = createCertificate({
    subject: { commonName: "api" },
    issuer: authority,
    dnsNames: options.dnsNames ?? ["localhost"],
    ipAddresses: options.dnsNames === undefined ? [host] : [],
    usages: ["serverAuth"],
    notBefore,
    notAfter,
  });
  const requests: ApiServer["requests"] = [];
  const sockets = new Set<Socket>();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const step = script[Math.min(requests.length, script.length - 1)];
      requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, text });
      step?.(Object.assign(request, { text }), response);
    });
  };
  const tls = {
    key: certificate.privateKey,
    cert: certificate.certificate,
    ca: authority.certificate,
    requestCert: options.requestCert ?? false,
    rejectUnauthorized: options.requestCert ?? false,
  };
  const server = options.plain ? createPlainServer(handle) : createServer(tls, handle);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.plain ? "http" : "https"}://${host === "::1" ? "[::1]" : host}:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Scripted =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };

export const text =
  (status: number, body: string, type = "text/plain"): Scripted =>
  (_request, response) => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };

/** An error answer as the API server words it. */
export const statusAnswer = (code: number, message: string, reason?: string): Scripted =>
  json(code, { kind: "Status", apiVersion: "v1", status: "Failure", message, ...(reason && { reason }), code });

/** The connection breaks without an answer. */
export const reset: Scripted = (request) => request.socket.destroy();

/** Sends half of an answer's body, and then resets the connection or falls silent. */
export const halfBody =
  (then: "reset" | "silence"): Scripted =>
  (request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "20" });
    response.write('{"ok":', () => then === "reset" && request.socket.destroy());
  };

/** Answers, and closes the connection although it may be kept; `closed` is told once it is. */
export const answerAndClose =
  (closed: () => void): Scripted =>
  (request, response) => {
    request.socket.once("close", closed);
    response.writeHead(200, { "content-type": "application/json", connection: "keep-alive" });
    response.end("{}", () => request.socket.end());
  };

/** Never answers. */
export const silence: Scripted = () => {};

export const connectionTo = (server: { readonly url: string }, changes: Partial<Connection> = {}): Connection => ({
  server: server.url,
  namespace: "tenant-test",
  ca: authority.certificate,
  insecure: false,
  tlsServerName: undefined,
  proxy: undefined,
  clientCertificate: undefined,
  credential: { kind: "token", token: "t0ken" },
  origins: { server: "`host`", credential: "`token`" },
  headers: {},
  requestTimeoutMs: 600_000,
  maxRetries: 3,
  ...changes,
});
