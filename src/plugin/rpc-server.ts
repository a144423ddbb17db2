import {
  createSecureServer,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Server } from "node:net";
import type { PluginService } from "./plugin-service.ts";
import { type Method, refuse, serveCall } from "./rpc-call.ts";
import { RpcError, rpcStatus } from "./rpc-error.ts";

/** Who the server is and whom it serves: nobody but who holds the key of `clientCertificate`. PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientCertificate: string;
}

/** What may be under way to us unread. HTTP/2's own 64 KiB would make a state of many megabytes wait for us all the time. */
const windowBytes = 4 * 1024 * 1024;

/**
 * A gRPC server on Node's own HTTP/2, with what a Terraform provider needs of gRPC (protocol.md §2.4): answers of one message and
 * streams of answers, cancellation, deadlines, messages of 256 MiB. Requests are heard whole, uncompressed, one message each. Of
 * @grpc/grpc-js, which could do the same, each call costs half as much again, and each start its loading (design §8).
 */
export interface RpcServer {
  /** What listens on a socket or port. */
  readonly listener: Server;
  /** Breaks every connection off and listens no more. */
  stop(): void;
}

/** Without an identity, plain text for whoever reaches the socket. Throws where a certificate or key cannot be read. */
export function createRpcServer(services: readonly PluginService[], identity: ServerIdentity | undefined): RpcServer {
  const methods = methodsOf(services);
  const sessions = new Map<Http2Session, string>();
  let connections = 0;

  const options = {
    settings: { initialWindowSize: windowBytes },
    // What Node counts against a session includes the messages under way, and those may be large.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
  };
  const server =
    identity === undefined
      ? createServer(options)
      : createSecureServer({
          ...options,
          key: identity.privateKey,
          cert: identity.certificate,
          ca: identity.clientCertificate,
          // Without the client's certificate any process of this machine could drive the provider.
          requestCert: true,
          rejectUnauthorized: true,
        });

  server.on("session", (session) => {
    sessions.set(session, `connection ${++connections}`);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => {});
    session.setLocalWindowSize(windowBytes);
  });
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const { session } = stream;
    const isGrpc = /^application\/grpc(?:$|[+;])/.test(headers["content-type"] ?? "");
    const path = headers[":path"] ?? "";
    const method = methods.get(path);
    if (!isGrpc || headers[":method"] !== "POST") {
      stream.on("error", () => {});
      stream.respond({ ":status": isGrpc ? 405 : 415 }, { endStream: true });
    } else if (method === undefined) {
      stream.on("error", () => {});
      stream.resume();
      refuse(stream, new RpcError(rpcStatus.unimplemented, `this plugin does not serve ${path}`));
    } else serveCall(stream, headers, (session && sessions.get(session)) ?? "", method);
  });
  // Someone who does not speak HTTP/2, and has shown the right certificate if one is asked for.
  server.on("unknownProtocol", (socket) => socket.destroy());

  return {
    listener: server,
    stop: () => {
      server.close();
      for (const session of sessions.keys()) session.destroy();
    },
  };
}

function methodsOf(services: readonly PluginService[]): ReadonlyMap<string, Method> {
  const methods = new Map<string, Method>();
  for (const { definition, implementation } of services) {
    for (const [name, method] of Object.entries(definition)) {
      const handler = implementation[name];
      if (handler !== undefined) methods.set(method.path, { definition: method, handler });
    }
  }
  return methods;
}
