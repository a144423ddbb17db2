import type { Http2Server, Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { createServer, type Server as Listener } from "node:net";
import {
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import type { PluginService } from "./plugin-service.ts";
import { grpcHandler, grpcMethod } from "./rpc-call.ts";
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
  let arriving: { readonly stream: ServerHttp2Stream; readonly peer: string } | undefined;
  const checkRequest: ServerInterceptor = ({ requestStream }, call) => {
    if (arriving === undefined) throw new Error("a call without a stream");
    if (!requestStream) expectOneMessage(arriving.stream, call);
    return new CallOfPeer(call, arriving.peer);
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
  onStream(http2, (stream, headers, serve) => {
    arriving = { stream, peer: (stream.session && peers.get(stream.session)) ?? "" };
    serve(stream, headers);
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

/** Puts `handle` before the stream listener of grpc-js, for the streams that are gRPC requests. */
function onStream(
  http2: Http2Server,
  handle: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, serve: StreamListener) => void,
): void {
  const [serve] = http2.listeners("stream") as unknown as StreamListener[];
  if (serve === undefined) throw new Error("grpc-js does not serve streams");
  http2.removeAllListeners("stream");
  http2.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    // A stream that the client resets.
    stream.on("error", () => {});
    const refusal = httpRefusal(headers);
    if (!hasUsableTimeout(headers)) delete headers["grpc-timeout"];
    if (refusal === undefined) handle(stream, headers, serve);
    else stream.respond({ ":status": refusal }, { endStream: true });
  });
}

/** The HTTP/2 server inside: grpc-js offers no option for its windows and no hook for its connections. */
function http2ServerOf(server: Server): Http2Server {
  const servers: ReadonlyMap<Http2Server, unknown> = server["http2Servers"];
  const [http2] = servers.keys();
  if (http2 === undefined) throw new Error("grpc-js made no HTTP/2 server");
  return http2;
}

function credentialsOf(identity: ServerIdentity | undefined): ServerCredentials {
  if (identity === undefined) return ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(identity.privateKey), cert_chain: Buffer.from(identity.certificate) };
  // `true` requires the client's certificate: without it any process of this machine could drive the provider.
  return ServerCredentials.createSsl(Buffer.from(identity.clientCertificate), [pair], true);
}

/** Methods without a handler are answered with UNIMPLEMENTED. */
function addService(server: Server, { definition, implementation }: PluginService): void {
  const methods = Object.entries(definition);
  server.addService(
    Object.fromEntries(methods.map(([name, method]) => [name, grpcMethod(method)])),
    Object.fromEntries(
      methods.flatMap(([name, method]) => {
        const handler = implementation[name];
        return handler === undefined ? [] : [[name, grpcHandler(method, handler)]];
      }),
    ),
  );
}

/** Names the connection: those over a unix socket have no address. */
class CallOfPeer extends ServerInterceptingCall {
  private readonly peer: string;

  constructor(call: ServerInterceptingCallInterface, peer: string) {
    super(call);
    this.peer = peer;
  }

  override getPeer(): string {
    return this.peer;
  }
}
