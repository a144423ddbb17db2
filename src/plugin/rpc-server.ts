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

/** The server's own key pair, and the only client that it serves. PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly privateKey: string;
  readonly clientCertificate: string;
}

/** Both ways, as Go providers have it: grpc-js itself refuses requests above 4 MiB (protocol.md §2.4). */
const maxMessageBytes = 256 * 1024 * 1024;

/** The HTTP/2 windows. With the default of 64 KiB, a state of many megabytes waits for a window update all the time. */
const windowBytes = 4 * 1024 * 1024;

/** A gRPC server (@grpc/grpc-js) with the limits of a Terraform provider, strict about requests: docs/decisions/grpc-server.md. */
export interface RpcServer {
  /** Accepts the connections; listens on a socket or port. */
  readonly listener: Listener;
  /** Breaks off every connection and stops listening. */
  stop(): void;
}

/** Without an identity, plain text for every client that reaches the socket. Throws where a certificate or key cannot be read. */
export function createRpcServer(services: readonly PluginService[], identity: ServerIdentity | undefined): RpcServer {
  /** The stream whose call grpc-js is setting up: it calls the interceptor before its stream listener returns. */
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
  // The client has the right certificate, if one is required, but does not speak HTTP/2.
  http2.on("unknownProtocol", (socket) => socket.destroy());
  const [serve] = http2.listeners("stream") as unknown as StreamListener[];
  http2.removeAllListeners("stream");
  http2.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A stream that the client resets.
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

/** Methods without a handler are answered with UNIMPLEMENTED. */
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
  // `true` requires the client's certificate: without it any process of this machine could drive the provider.
  return ServerCredentials.createSsl(Buffer.from(identity.clientCertificate), [pair], true);
}

/** The HTTP/2 server inside: grpc-js offers no option for its windows and no hook for its connections. */
function http2ServerOf(server: Server): Http2Server {
  const servers: ReadonlyMap<Http2Server, unknown> = server["http2Servers"];
  const [http2] = servers.keys();
  if (http2 === undefined) throw new Error("grpc-js made no HTTP/2 server");
  return http2;
}
