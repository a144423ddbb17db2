import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { createServer, type Server as Listener } from "node:net";
import {
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import type { PluginService } from "./plugin-service.ts";
import { grpcHandler } from "./rpc-call.ts";
import { expectOneMessage, hasUsableTimeout, httpRefusal } from "./rpc-request.ts";

/** The server's key pair and the only accepted client certificate, all PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientCertificate: string;
}

/** Maximum message size in both directions, as in Go providers; grpc-js by default rejects requests above 4 MiB (protocol.md §2.4). */
const maxMessageBytes = 256 * 1024 * 1024;

/** The HTTP/2 window size. With the default of 64 KiB, a state of many megabytes waits repeatedly for window updates. */
const windowBytes = 4 * 1024 * 1024;

/** A gRPC server (@grpc/grpc-js) with the limits of a Terraform provider and strict request checks: docs/decisions/grpc-server.md. */
export interface RpcServer {
  /** Accepts the connections; listens on a socket or port. */
  readonly listener: Listener;
  /** Closes every connection immediately and stops listening. */
  stop(): void;
}

/**
 * Creates the server. Without an identity it serves plain text to every client that can reach the socket. Throws if a certificate or
 * key cannot be read.
 */
export function createRpcServer(services: readonly PluginService[], identity: ServerIdentity | undefined): RpcServer {
  /** The stream of the call that grpc-js is setting up: it calls the interceptor before its stream listener returns. */
  let arriving: ServerHttp2Stream | undefined;
  const checkRequest: ServerInterceptor = ({ requestStream }, call) => {
    if (arriving === undefined) throw new Error("a call without a stream");
    if (!requestStream) expectOneMessage(arriving, call);
    // Connections over a unix socket have no address.
    const peer = (arriving.session && peers.get(arriving.session)) ?? "";
    return Object.assign(new ServerInterceptingCall(call), { getPeer: () => peer });
  };
  const server = new Server({
    "grpc.enable_channelz": 0,
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    interceptors: [checkRequest],
  });
  for (const service of services) addService(server, service);

  const injector = server.createConnectionInjector(credentialsOf(identity));
  const http2 = http2ServerOf(server);
  const peers = new WeakMap<Http2Session, string>();
  let connections = 0;
  http2.updateSettings({ initialWindowSize: windowBytes });
  http2.on("session", (session) => {
    peers.set(session, `connection ${++connections}`);
    session.setLocalWindowSize(windowBytes);
  });
  // The client has a valid certificate, if one is required, but does not use HTTP/2.
  http2.on("unknownProtocol", (socket) => socket.destroy());
  const [serve] = http2.listeners("stream") as unknown as StreamListener[];
  http2.removeAllListeners("stream");
  http2.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // The client reset the stream.
    stream.on("error", () => {});
    const refusal = httpRefusal(headers);
    if (!hasUsableTimeout(headers)) delete headers["grpc-timeout"];
    arriving = stream;
    if (refusal === undefined) serve?.(stream, headers);
    else stream.respond({ ":status": refusal }, { endStream: true });
    arriving = undefined;
  });

  const listener = createServer((socket) => injector.injectConnection(socket));
  return {
    listener,
    stop: () => {
      listener.close();
      injector.drain(0);
    },
  };
}

type StreamListener = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Adds a service; methods without a handler result in UNIMPLEMENTED. */
function addService(server: Server, { definition, implementation }: PluginService): void {
  const handlers = Object.entries(definition).flatMap(([name, method]) => {
    const handler = implementation[name];
    return handler === undefined ? [] : [[name, grpcHandler(method, handler)] as const];
  });
  server.addService(definition as unknown as ServiceDefinition, Object.fromEntries(handlers));
}

function credentialsOf(identity: ServerIdentity | undefined): ServerCredentials {
  if (identity === undefined) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(identity.privateKey), cert_chain: Buffer.from(identity.certificate) };
  // `true` requires the client's certificate; without it any process on this machine could use the provider.
  return ServerCredentials.createSsl(Buffer.from(identity.clientCertificate), [pair], true);
}

/** Returns the internal HTTP/2 server: grpc-js has no option for its windows and no hook for its connections. */
function http2ServerOf(server: Server): Http2Server {
  const servers: ReadonlyMap<Http2Server, unknown> = server["http2Servers"];
  const [http2] = servers.keys();
  if (http2 === undefined) throw new Error("grpc-js made no HTTP/2 server");
  return http2;
}
